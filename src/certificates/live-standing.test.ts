import { pino } from "pino";
import { Registry } from "prom-client";
import { expect, test, vi } from "vitest";
import { InformerFactory } from "#kube/informer-factory.ts";
import type { ReflectorSink, Resource } from "#kube/resource.ts";
import { createCertificateAuthority } from "../../test/support/certificates.ts";
import { LiveStanding } from "./live-standing.ts";

const [authority, stranger] = await Promise.all([
  createCertificateAuthority("ours"),
  createCertificateAuthority("stranger"),
]);
const { certificate: leaf } = await authority.issueServer({ names: ["guard.here.svc"] });

function configuration(bundle: string, resourceVersion: string) {
  const caBundle = Buffer.from(bundle).toString("base64");
  return { metadata: { name: "guard", resourceVersion }, webhooks: [{ name: "one", clientConfig: { caBundle } }] };
}

/** The standing of the leaf, and what each watch shows, by kind. */
async function world(run: (scene: Scene) => Promise<void>): Promise<void> {
  const sinks = new Map<string, ReflectorSink<Resource>>();
  const stop = new AbortController();
  const informers = new InformerFactory({
    informer: { logger: pino({ level: "silent" }) },
    reflect: ({ type, selection }) => {
      expect(selection).toEqual({ fieldSelector: "metadata.name=guard" });
      return (sink, signal) => {
        sinks.set(type.kind, sink);
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
      };
    },
  });
  const registry = new Registry();
  let certificate: string | undefined = leaf;
  const live = new LiveStanding({ informers, name: "guard", certificate: () => certificate, registry });
  informers.start(stop.signal);
  const serve = (pem: string | undefined) => {
    certificate = pem;
    live.tell();
  };
  const sink = (kind: string): ReflectorSink<Resource> => {
    const found = sinks.get(`${kind}WebhookConfiguration`);
    if (!found) throw new Error(`no watch of ${kind}WebhookConfiguration`);
    return found;
  };
  try {
    await run({ live, sink, serve, metrics: () => registry.metrics() });
  } finally {
    stop.abort();
    await informers.ended();
  }
}

interface Scene {
  readonly live: LiveStanding;
  readonly sink: (kind: string) => ReflectorSink<Resource>;
  readonly serve: (pem: string | undefined) => void;
  readonly metrics: () => Promise<string>;
}

test("nothing is said until both configurations were read, and then whatever changes is told", () =>
  world(async ({ live, sink }) => {
    const said: string[] = [];
    using _following = live.follow(() => said.push(live.of(Date.now()).type));
    sink("Validating").replace([configuration(authority.certificate, "1")], "1");
    await vi.waitFor(() => expect(said).toContain("unknown"));
    sink("Mutating").replace([], "1");
    await vi.waitFor(() => expect(said.at(-1)).toBe("trusted"));
    sink("Validating").handle("MODIFIED", configuration(stranger.certificate, "2"));
    await vi.waitFor(() => expect(said.at(-1)).toBe("mismatch"));
    sink("Validating").handle("MODIFIED", configuration(authority.certificate, "3"));
    await vi.waitFor(() => expect(said.at(-1)).toBe("trusted"));
  }));

test("a mismatch is a metric by configuration, of those that are there", () =>
  world(async ({ sink, serve, metrics }) => {
    sink("Mutating").replace([configuration(authority.certificate, "1")], "1");
    sink("Validating").replace([configuration(stranger.certificate, "1")], "1");
    const figures = async () => (await metrics()).match(/^gatehouse_certificate_mismatch\{.*$/gm);
    await vi.waitFor(async () => {
      expect(await figures()).toEqual([
        'gatehouse_certificate_mismatch{configuration="MutatingWebhookConfiguration"} 0',
        'gatehouse_certificate_mismatch{configuration="ValidatingWebhookConfiguration"} 1',
      ]);
    });
    sink("Validating").handle("DELETED", configuration(stranger.certificate, "2"));
    await vi.waitFor(async () => expect(await figures()).toHaveLength(1));
    serve(undefined);
    expect(await figures()).toBeNull();
  }));
