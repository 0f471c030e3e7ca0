import type { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { valueAt } from "#api/field-path.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/start.ts";
import { AdmissionLoad } from "./admission-load.ts";
import { type InstalledGatehouse, installCustomResourceDefinitions, installGatehouse } from "./install.ts";
import { shownBy } from "./shown-certificate.ts";

const OBJECTS = join(import.meta.dirname, "../../../examples/objects");

/** Two servers that make their own certificates, on a control plane of their own, without cert-manager. */
export class SelfManagedScene implements AsyncDisposable {
  readonly plane: ControlPlane;
  readonly gatehouse: InstalledGatehouse;
  readonly #loaded: string;
  readonly #stack: AsyncDisposableStack;

  private constructor(plane: ControlPlane, gatehouse: InstalledGatehouse, loaded: string, stack: AsyncDisposableStack) {
    this.plane = plane;
    this.gatehouse = gatehouse;
    this.#loaded = loaded;
    this.#stack = stack;
  }

  /** Installs with these times, such as `settling`, of `certificates.selfManaged` in the chart. */
  static async start(times: Readonly<Record<string, string>>): Promise<SelfManagedScene> {
    await using stack = new AsyncDisposableStack();
    const plane = stack.use(await startControlPlane());
    await installCustomResourceDefinitions(plane);
    await plane.kubectl(["apply", "--server-side", "-f", OBJECTS]);
    const values = Object.entries(times).map(([name, time]) => [`certificates.selfManaged.${name}`, time] as const);
    const gatehouse = stack.use(
      await installGatehouse(plane, {
        replicas: 2,
        values: { "certificates.mode": "self-managed", ...Object.fromEntries(values) },
      }),
    );
    const { name } = stack.use(await plane.createNamespace("load"));
    return new SelfManagedScene(plane, gatehouse, name, stack.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  /** What went wrong while that was done. */
  async failuresWhile(disturb: (load: AdmissionLoad) => Promise<void>): Promise<readonly string[]> {
    const load = new AdmissionLoad(this.plane, this.#loaded);
    await load.pass(20);
    await disturb(load);
    await load.pass(20);
    return (await load.end()).failures;
  }

  get secretPath(): string {
    return `/api/v1/namespaces/${this.gatehouse.namespace}/secrets/gatehouse-certificates`;
  }

  async secret(): Promise<unknown> {
    return (await this.plane.request("GET", this.secretPath)).body;
  }

  async secretText(key: string): Promise<string> {
    const encoded = valueAt(await this.secret(), ["data", key]);
    return typeof encoded === "string" ? Buffer.from(encoded, "base64").toString() : "";
  }

  /** Changes these entries of the Secret; null takes one away. */
  async changeSecret(entries: Readonly<Record<string, string | null>>): Promise<void> {
    const data = Object.fromEntries(
      Object.entries(entries).map(([key, text]) => [key, text === null ? null : Buffer.from(text).toString("base64")]),
    );
    const { status } = await this.plane.request("PATCH", this.secretPath, { body: { data } });
    if (status !== 200) throw new Error(`PATCH ${this.secretPath}: ${status}`);
  }

  /** What each ready server shows to whoever connects now. */
  async shown(): Promise<readonly X509Certificate[]> {
    return Promise.all((await this.gatehouse.deployment.pods()).map(shownBy));
  }

  /** Whether both servers show something else than they did. */
  async isRenewed(before: readonly X509Certificate[]): Promise<boolean> {
    const now = await this.shown();
    const former = new Set(before.map(({ fingerprint256 }) => fingerprint256));
    return now.length === 2 && now.every(({ fingerprint256 }) => !former.has(fingerprint256));
  }

  /** The authorities that each webhook names, PEM. */
  async bundles(): Promise<readonly string[]> {
    const answers = await Promise.all(WEBHOOK_CONFIGURATIONS.map((path) => this.plane.request("GET", path)));
    return answers
      .flatMap(({ body }) => valueAt(body, ["webhooks"]) as readonly object[])
      .map((webhook) => Buffer.from(String(valueAt(webhook, ["clientConfig", "caBundle"])), "base64").toString());
  }
}

export const WEBHOOK_CONFIGURATIONS = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].map(
  (plural) => `/apis/admissionregistration.k8s.io/v1/${plural}/gatehouse`,
);
