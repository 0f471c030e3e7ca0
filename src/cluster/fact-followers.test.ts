import { expect, test } from "vitest";
import type { Change } from "#kube/change.ts";
import { keptLog } from "../../test/support/resources.ts";
import { FactFollowers } from "./fact-followers.ts";
import type { FactObject } from "./fact-handler.ts";

const CHANGE: Change<FactObject> = {
  type: "deleted",
  key: "team",
  object: { apiVersion: "gateway.example.com/v1", kind: "AIGatewayPolicy", metadata: { name: "team" } },
  finalStateUnknown: false,
};

function scene() {
  const { logger, lines } = keptLog();
  const followers = new FactFollowers(logger);
  const seen: string[] = [];
  const tell = followers.around("AIGatewayPolicy", () => void seen.push("handled"));
  return { followers, lines, seen, tell };
}

test("a follower is shown each change before it is handled, and called afterwards, until it leaves", () => {
  const { followers, seen, tell } = scene();
  const following = followers.add((kind, { key }) => {
    seen.push(`before ${kind} ${key}`);
    return () => void seen.push("after");
  });
  tell(CHANGE);
  expect(seen).toEqual(["before AIGatewayPolicy team", "handled", "after"]);
  following[Symbol.dispose]();
  tell(CHANGE);
  expect(seen.slice(3)).toEqual(["handled"]);
});

test("a follower that throws hurts nobody else", () => {
  const { followers, lines, seen, tell } = scene();
  followers.add(() => {
    throw new Error("planted");
  });
  followers.add(() => () => {
    throw new Error("planted");
  });
  followers.add(() => () => void seen.push("after"));
  tell(CHANGE);
  expect(seen).toEqual(["handled", "after"]);
  expect(lines.map(({ msg }) => msg)).toEqual(["a follower of facts failed", "a follower of facts failed"]);
});
