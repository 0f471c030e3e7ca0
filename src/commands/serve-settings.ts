import { BlockList, isIP } from "node:net";
import { join } from "node:path";
import type { Config } from "#config";
import { LOG_LEVELS, type LogLevel } from "#observability/logger.ts";
import type { ListenOptions } from "#server/listen.ts";
import { oneOf } from "./parse-options.ts";
import { UsageError } from "./usage-error.ts";

/** What `gatehouse serve` was asked for, complete and checked. */
export interface ServeSettings {
  readonly isStandalone: boolean;
  readonly objects: string;
  /** Undefined: a certificate is made. */
  readonly certificateDirectory: string | undefined;
  readonly admission: ListenOptions;
  readonly plain: ListenOptions;
  readonly shutdownDelayMilliseconds: number;
  readonly logLevel: LogLevel;
}

/** The options of `serve` as they were given. */
export interface ServeValues {
  readonly standalone: boolean;
  readonly objects: string | undefined;
  readonly "certificate-directory": string | undefined;
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
  const objects = values.objects ?? (isStandalone ? join(EXAMPLES, "objects") : undefined);
  const certificateDirectory = values["certificate-directory"];
  if (objects === undefined || (certificateDirectory === undefined && !isStandalone)) {
    throw new UsageError(
      "serve: without --standalone, --certificate-directory and (until Gatehouse watches the cluster itself) --objects are needed",
    );
  }
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
    objects,
    certificateDirectory,
    admission: {
      host: addressOf("--bind-address", values["bind-address"] ?? (isStandalone ? "127.0.0.1" : "0.0.0.0")),
      port: portOf("--port", values.port),
    },
    plain,
    // Endpoints of a Service are taken back by several parties, one after the other; on one machine there are none.
    shutdownDelayMilliseconds:
      1000 * numberOf("--shutdown-delay", values["shutdown-delay"] ?? (isStandalone ? "0" : "10"), MAX_DELAY),
    logLevel: logLevelOf(values["log-level"], config),
  };
}

/** Seconds: an hour, above which somebody meant milliseconds. */
const MAX_DELAY = 3600;

const MAX_PORT = 65_535;

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
