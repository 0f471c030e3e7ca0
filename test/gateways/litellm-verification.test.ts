import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { effectiveModel } from "../support/effective-parts.ts";
import { type LiteLlm, MASTER_KEY, startLiteLlm } from "../support/gateways/litellm.ts";
import { rendered } from "../support/rendering-case.ts";
import { settled, systemVerifier } from "../support/settled-verification.ts";

const configuration = { models: [effectiveModel("gpt", { endpoint: "http://127.0.0.1:9/v1" })] };
const written = (hash: string) => rendered("litellm", { configuration, hash });

describe("a real LiteLLM", () => {
  let gateway: LiteLlm;
  beforeAll(async () => {
    gateway = await startLiteLlm(written("sha256:first"), {});
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  function verify(hash: string, credentials?: string) {
    const spec = { adapter: "litellm", verify: { url: gateway.url, timeout: "500ms" } } as const;
    return settled(systemVerifier(), spec, { hash, rendered: written(hash), credentials });
  }

  test("confirms what it was started with", async () => {
    expect(await verify("sha256:first", MASTER_KEY)).toEqual({ instances: 1, verified: 1, differing: 0 });
  });

  test("does not confirm a file that it has not been restarted for", async () => {
    const verification = await verify("sha256:second", MASTER_KEY);
    expect(verification).toMatchObject({ verified: 0, differing: 1, reason: "HashMismatch" });
    expect(verification.lastError).toMatch(/runs "sha256:first" instead of sha256:second$/);
  });

  test.each([
    ["without its master key", undefined],
    ["with another key", "sk-not-the-master-of-the-tests"],
  ])("says nothing %s, and no key is told", async (_, credentials) => {
    const { reason, lastError } = await verify("sha256:first", credentials);
    expect(reason).toBe("UnexpectedAnswer");
    expect(lastError).toMatch(/model\/info: answers (400|401|500)/); // 500 to no key at all: seen of 1.106.2
    expect(lastError).not.toContain("the-master");
  });
});
