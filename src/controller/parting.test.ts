import { expect, test } from "vitest";
import { CLEANUP_FINALIZER, SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import { configWith } from "../../test/support/facts.ts";
import { type Parting, partingFrom } from "./parting.ts";

const THEIRS = "example.com/theirs";
const KEPT = { finalizers: [CLEANUP_FINALIZER] };
const GOING = { ...KEPT, deletionTimestamp: "2027-01-01T00:00:00Z" };
const FORCED = { ...GOING, annotations: { [SKIP_CLEANUP_ANNOTATION]: "true" } };

/** What becomes of a gateway with such metadata, by who wrote its status: we, nobody, and another. */
function partings(metadata: object, isNamespaceTerminating = false): readonly Parting[] {
  return [CONTROLLER_NAME, undefined, THEIRS].map((writer) => {
    const status = writer === undefined ? {} : { status: { controllerName: writer } };
    const circumstances = { controllerName: CONTROLLER_NAME, isNamespaceTerminating };
    return partingFrom({ ...configWith({}, metadata), ...status }, circumstances);
  });
}

test("a gateway that says we served it is let go of, with or without our finalizer", () => {
  for (const metadata of [{}, KEPT]) expect(partings(metadata)).toEqual(["let go", "leave", "leave"]);
});

test("one that is being deleted is kept for the other to empty, as long as we are the last that spoke of it", () => {
  expect(partings(GOING)).toEqual(["wait", "leave", "leave"]);
  expect(partings({ ...GOING, finalizers: ["example.com/other"] })).toEqual(["let go", "leave", "leave"]);
});

test("one that is being deleted goes by annotation or with its namespace, unless another has it in hand", () => {
  expect(partings(FORCED)).toEqual(["give up", "give up", "leave"]);
  expect(partings(GOING, true)).toEqual(["give up", "give up", "leave"]);
});

test("neither annotation nor namespace matter to one that is not being deleted", () => {
  const { deletionTimestamp: _, ...staying } = FORCED;
  expect(partings(staying, true)).toEqual(["let go", "leave", "leave"]);
});
