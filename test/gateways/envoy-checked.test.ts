import { globSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EffectiveRoute } from "#gateway/effective-configuration.ts";
import { effectiveConfiguration } from "../support/arbitrary-configurations.ts";
import { effectiveModel, effectiveRoute } from "../support/effective-parts.ts";
import { plainRequest } from "../support/gateways/plain-request.ts";
import { triedConfiguration } from "../support/gateways/tried-configuration.ts";
import { useEnvoy } from "../support/gateways/use-envoy.ts";
import { envoyFault } from "../support/gateways/validate-envoy.ts";
import { readRenderingCase } from "../support/rendering-case.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/rendering");
const CANARY = "canary-that-must-stay";

describe("Envoy's own checker", () => {
  test.each(globSync("envoy-*.input.yaml", { cwd: FOLDER }))(
    "finds nothing wrong with what %s becomes",
    async (file) => {
      expect(await envoyFault(readRenderingCase(join(FOLDER, file)))).toBeUndefined();
    },
  );

  test("finds something wrong with what is", async () => {
    expect(await faultWith({ path: "(", pathType: "Regex" })).toContain("missing )");
  });

  test.each<Partial<EffectiveRoute>>([
    { path: "*" },
    { path: "/a?b" },
    { path: "\u{16a0e}" },
    { match: { headers: [{ name: "not a name", value: "a" }] } },
    { match: { hostnames: Array.from({ length: 64 }, (_, index) => `host-${index}.example.com`) } },
    { match: { models: Array.from({ length: 64 }, (_, index) => `model-${index}*`) } },
    { targets: [{ model: "gpt", weight: 0 }] },
  ])("finds nothing wrong with a route with %j", async (more) => {
    expect(await faultWith(more)).toBeUndefined();
  });

  test("finds nothing wrong with whatever rules may let through", async () => {
    await fc.assert(
      fc.asyncProperty(effectiveConfiguration, async (configuration) => {
        const models = configuration.models.map(withoutAuthority);
        expect(await envoyFault({ configuration: { ...configuration, models } })).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe("a real Envoy", () => {
  const { envoy, upstream, loaded, ask, model } = useEnvoy(CANARY);

  test("answers Prometheus with what was asked of each model", async () => {
    await loaded({ models: [model("counted")], routes: [effectiveRoute("/", "counted")] });
    expect((await ask("/a")).status).toBe(200);
    const { text } = await plainRequest(`${envoy().adminUrl}/stats/prometheus?filter=upstream_rq_total`);
    expect(text).toMatch(/^envoy_cluster_upstream_rq_total\{.*counted.*\} 1$/m);
  });

  test("gives nothing of its own away, whatever is written for it", async () => {
    await fc.assert(
      fc.asyncProperty(effectiveConfiguration, async (drawn) => {
        const canary = `${envoy().secretsDirectory}/canary`;
        const { configuration, paths } = triedConfiguration(drawn, { upstreamUrl: upstream().url, canary });
        await loaded(configuration);
        for (const path of paths) await ask(path);
        expect(JSON.stringify(upstream().taken())).not.toContain(CANARY);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});

function faultWith(more: Partial<EffectiveRoute>): Promise<string | undefined> {
  return envoyFault({ configuration: { models: [effectiveModel("gpt")], routes: [effectiveRoute("/", "gpt", more)] } });
}

/** Certificates are read when it loads, and those of the generator are none. */
function withoutAuthority<M extends { readonly tls?: object }>({ tls: _, ...model }: M): Omit<M, "tls"> {
  return model;
}
