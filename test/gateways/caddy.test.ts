import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { effectiveConfiguration } from "../support/arbitrary-configurations.ts";
import { effectiveRoute as route } from "../support/effective-parts.ts";
import { CANARY, testBehaviour } from "../support/gateways/gateway-behaviour.ts";
import { plainRequest } from "../support/gateways/plain-request.ts";
import { triedConfiguration } from "../support/gateways/tried-configuration.ts";
import { useCaddy } from "../support/gateways/use-caddy.ts";

describe("a real Caddy", () => {
  const scene = useCaddy(CANARY);
  const { caddy, upstream, load, loaded, ask, model } = scene;

  testBehaviour(scene, {
    running: async () => (await plainRequest(`${caddy().adminUrl}/config/`)).text,
    placeholders: () => [
      "{env.CANARY}",
      `{file.${caddy().secretsDirectory}/canary}`,
      "\\{env.CANARY}",
      "{{env.CANARY}}",
    ],
    lastAnswer: (status) => expect.stringContaining(`"code":${status}`) as unknown,
    noAnswerStatus: 502,
  });

  test("loads whatever rules may let through, and gives nothing of its own away", async () => {
    await fc.assert(
      fc.asyncProperty(effectiveConfiguration, async (drawn) => {
        const canary = `${caddy().secretsDirectory}/canary`;
        const { configuration, paths } = triedConfiguration(drawn, { upstreamUrl: upstream().url, canary });
        expect(await load(configuration)).toEqual({ status: 200, text: "" });
        for (const path of paths) await ask(path);
        expect(JSON.stringify(upstream().taken())).not.toContain(CANARY);
      }),
      { numRuns: 60 },
    );
  });

  test("keeps what it runs when it refuses something, and says which hash that is", async () => {
    const idUrl = `${caddy().adminUrl}/config/apps/http/servers/gateway/@id`;
    const hashNow = async (): Promise<unknown> => JSON.parse((await plainRequest(idUrl)).text);
    await loaded({ models: [model("gpt")], routes: [route("/", "gpt")] });
    expect(await hashNow()).toBe("sha256:0123abcd");
    const refused = await load(
      { models: [model("gpt")], routes: [route("(", "gpt", { pathType: "Regex" })] },
      { hash: "sha256:other" },
    );
    expect(refused.status).toBe(400);
    expect(await hashNow()).toBe("sha256:0123abcd");
    expect(await ask("/")).toMatchObject({ status: 200 });
  });
});
