import { BlockList, isIP } from "node:net";
import { join } from "node:path";
import type { Config } from "#config";
import type { ControllerSettings } from "#controller/controller-settings.ts";
import { LOG_LEVELS, type LogLevel } from "#observability/logger.ts";
import type { ListenOptions } from "#server/listen.ts";
import { type CertificateSettings, type CertificateValues, certificateSettings } from "./certificate-options.ts";
import { type ControllerValues, controllerSettings } from "./controller-options.ts";
import { SHIPPED_MODEL_DATA } from "./load-model-data.ts";
import { oneOf } from "./parse-options.ts";
import { UsageError } from "./usage-error.ts";

/** What `gatehouse serve` was asked for, complete and checked. */
export interface ServeSettings {
  readonly isStandalone: boolean;
  readonly facts: FactSettings;
  readonly modelDataFile: string;
  readonly certificate: CertificateSettings;
  /** Undefined: nobody looks whether webhook configurations trust the certificate. */
  readonly webhookConfigurations: string | undefined;
  /** Which process this is, for others: the Pod's name. */
  readonly identity: string;
  /** Undefined: clients need no certificate. */
  readonly clientAuthorityFile: string | undefined;
  /** Empty: whoever has a certificate may call. */
  readonly clientNames: readonly string[];
  readonly admission: ListenOptions;
  readonly plain: ListenOptions;
  readonly shutdownDelayMilliseconds: number;
  /** Undefined: admission only. */
  readonly controller: ControllerSettings | undefined;
  readonly logLevel: LogLevel;
}

/** Where policies, approved models, classes and namespaces come from. */
export type FactSettings = { readonly from: "files"; readonly directory: string } | ClusterSettings;

/** How the cluster is found: by the kubeconfig, or else as a Pod finds its own. */
export interface ClusterSettings {
  readonly from: "cluster";
  readonly kubeconfig: string | undefined;
  readonly serviceHost: string | undefined;
  readonly servicePort: string | undefined;
}

/** The options of `serve` as they were given. */
export interface ServeValues extends ControllerValues, CertificateValues {
  readonly standalone: boolean;
  readonly objects: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly "model-data": string | undefined;
  readonly "client-ca-file": string | undefined;
  readonly "client-names": string | undefined;
  readonly "bind-address": string | undefined;
  readonly port: string;
  readonly "plain-bind-address": string;
  readonly "plain-port": string;
  readonly "shutdown-delay": string | undefined;
  readonly "log-level": string | undefined;
}

export const EXAMPLES = join(import.meta.dirname, "../../examples");

/** Checks the values, throws UsageError, and fills in what depends on the mode. */
export function serveSettings(values: ServeValues, config: Config): ServeSettings {
  const isStandalone = values.standalone;
  const hasCluster = !isStandalone && values.objects === undefined;
  const certificate = certificateSettings(values, config, { isStandalone, hasCluster });
  const facts = factSettings(values, config);
  const plain = {
    host: addressOf("--plain-bind-address", values["plain-bind-address"]),
    port: portOf("--plain-port", values["plain-port"]),
  };
  if (isStandalone && !isLoopback(plain.host)) {
    throw new UsageError(
      "serve: with --standalone, --plain-bind-address must be a loopback address, as everybody who reaches the page may use it",
    );
  }
  return {
    isStandalone,
    facts,
    modelDataFile: values["model-data"] ?? SHIPPED_MODEL_DATA,
    certificate,
    webhookConfigurations: hasCluster ? values["webhook-configurations"] : undefined,
    identity: config.podName || "gatehouse",
    ...clientSettings(values),
    admission: {
      host: addressOf("--bind-address", values["bind-address"] ?? (isStandalone ? "127.0.0.1" : "0.0.0.0")),
      port: portOf("--port", values.port),
    },
    plain,
    // Endpoints of a Service are taken back by several parties, one after the other; on one machine there are none.
    shutdownDelayMilliseconds:
      1000 * numberOf("--shutdown-delay", values["shutdown-delay"] ?? (isStandalone ? "0" : "10"), MAX_DELAY),
    controller: controllerSettings(values, config, facts.from === "cluster"),
    logLevel: logLevelOf(values["log-level"], config),
  };
}

/** Seconds: an hour, above which somebody meant milliseconds. */
const MAX_DELAY = 3600;

const MAX_PORT = 65_535;

/** What was asked for by option wins over the environment, which may be meant for other programs. */
function factSettings({ standalone, objects, kubeconfig }: ServeValues, config: Config): FactSettings {
  if (kubeconfig !== undefined && (standalone || objects !== undefined)) {
    const other = standalone ? "--standalone" : "--objects";
    throw new UsageError(`serve: options '--kubeconfig' and '${other}' exclude each other: policies have one source`);
  }
  const directory = objects ?? (standalone ? join(EXAMPLES, "objects") : undefined);
  if (directory !== undefined) return { from: "files", directory };
  const { serviceHost, servicePort } = config;
  const named = kubeconfig ?? (config.kubeconfig || undefined);
  if (named === undefined && !(serviceHost && servicePort)) {
    throw new UsageError(
      "serve: no cluster: --kubeconfig or KUBECONFIG is needed outside a Pod, or --objects to do without",
    );
  }
  return { from: "cluster", kubeconfig: named, serviceHost, servicePort };
}

/** Names without an authority would be checked by nobody. */
function clientSettings(values: ServeValues): Pick<ServeSettings, "clientAuthorityFile" | "clientNames"> {
  const clientAuthorityFile = values["client-ca-file"];
  const names = values["client-names"];
  if (clientAuthorityFile !== undefined && values["certificate-directory"] === undefined) {
    throw new UsageError("serve: option '--client-ca-file' needs '--certificate-directory'");
  }
  if (names === undefined) return { clientAuthorityFile, clientNames: [] };
  if (clientAuthorityFile === undefined)
    throw new UsageError("serve: option '--client-names' needs '--client-ca-file'");
  const clientNames = names.split(",").map((name) => name.trim());
  if (clientNames.includes("")) {
    throw new UsageError(`serve: option '--client-names' must be names with commas between them, not '${names}'`);
  }
  return { clientAuthorityFile, clientNames };
}

function logLevelOf(given: string | undefined, { logLevel }: Config): LogLevel {
  if (given !== undefined) return oneOf("option '--log-level'", given, LOG_LEVELS);
  return logLevel === undefined || logLevel === "" ? "info" : oneOf("GATEHOUSE_LOG_LEVEL", logLevel, LOG_LEVELS);
}

function portOf(option: string, text: string): number {
  return numberOf(option, text, MAX_PORT);
}

function numberOf(option: string, text: string, max: number): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= max) return number;
  throw new UsageError(`serve: option '${option}' must be a whole number from 0 to ${max}, not '${text}'`);
}

function addressOf(option: string, text: string): string {
  if (isIP(text) !== 0 || text === "localhost") return text;
  throw new UsageError(`serve: option '${option}' must be an IP address or localhost, not '${text}'`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || LOOPBACK.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");
