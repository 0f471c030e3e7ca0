import { expect, test } from "vitest";
import { thing } from "../../test/support/resources.ts";
import { withoutBulk } from "./transform.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

test("managed fields and the last applied object are dropped, all else stays", () => {
  const object = thing("a", 1, { color: "red", annotations: { [LAST_APPLIED]: "{}", team: "x" } });
  const bulky = { ...object, metadata: { ...object.metadata, managedFields: [{ manager: "kubectl" }] } };
  expect(withoutBulk(bulky)).toEqual(thing("a", 1, { color: "red", annotations: { team: "x" } }));
});

test("what came from the API server is not changed", () => {
  const object = thing("a", 1, { annotations: { [LAST_APPLIED]: "{}" } });
  withoutBulk(object);
  expect(object.metadata.annotations).toHaveProperty([LAST_APPLIED]);
});

test("an object without bulk is kept as it is, not copied; dropping again changes nothing", () => {
  const object = thing("a", 1, { annotations: { team: "x" } });
  expect(withoutBulk(object)).toBe(object);
});
