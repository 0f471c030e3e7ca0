import { expect, it } from "vitest";
import { configWith, factsFor } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { implausibleTimeout } from "./implausible-timeout.ts";
import { unsafePattern } from "./unsafe-pattern.ts";

it("makes nothing for plausible timeouts and plain paths", () => {
  const models = [{ name: "m", timeouts: { request: "60s", streamIdle: "20s" } }, { name: "none" }];
  const routes = [{ path: "/v1/chat", targetModel: "m", timeout: "3m", retry: { attempts: 2 } }, {}];
  const facts = factsFor({ object: configWith({ models, routes }) });
  for (const model of facts.owner.models) expect(implausibleTimeout.judges.model?.(model, facts)).toBe(HOLDS);
  for (const route of facts.owner.routes) {
    expect(implausibleTimeout.judges.route?.(route, facts)).toBe(HOLDS);
    expect(unsafePattern.judges.route?.(route, facts)).toBe(HOLDS);
  }
});
