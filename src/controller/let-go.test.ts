import { expect, test } from "vitest";
import { CLEANUP_FINALIZER, SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { Client, Patch } from "#kube/client.ts";
import { isConflict, KubernetesError } from "#kube/kubernetes-error.ts";
import { configWith } from "../../test/support/facts.ts";
import { letGo } from "./let-go.ts";

const KEPT = { uid: "1", resourceVersion: "7", finalizers: [CLEANUP_FINALIZER] };
const GOING = { ...KEPT, deletionTimestamp: "2027-01-01T00:00:00Z" };
const FORCED = { ...GOING, annotations: { [SKIP_CLEANUP_ANNOTATION]: "true" } };

/** Lets go of a gateway that we served, with such metadata, and answers with what was done. */
async function done(metadata: object, isChangedMeanwhile = false): Promise<readonly string[]> {
  const did: string[] = [];
  const patch = async (_type: unknown, _name: unknown, given: Patch) => {
    did.push(given.kind);
    if (isChangedMeanwhile) throw new KubernetesError("changed", { code: 409, reason: "Conflict" });
    return { metadata: { ...metadata, finalizers: [] } };
  };
  const gateway = { ...configWith({}, metadata), status: { controllerName: CONTROLLER_NAME } };
  const letting = letGo(gateway, {
    client: { patch, get: () => Promise.reject(new Error("nobody is to read")) } as unknown as Client,
    controllerName: CONTROLLER_NAME,
    isNamespaceTerminating: false,
    events: { record: (_regarding, { reason }) => void did.push(reason) },
    onWait: async ({ reason }) => void did.push(reason),
    signal: new AbortController().signal,
  });
  await letting.catch((error: unknown) => {
    if (!isConflict(error)) throw error;
    did.push("conflict");
  });
  return did;
}

test("the finalizer goes first, then the status, with an event where a gateway may go on serving what it had", async () => {
  expect(await done(KEPT)).toEqual(["merge", "apply"]);
  expect(await done(FORCED)).toEqual(["merge", "CleanUpSkipped", "apply"]);
});

test("one that the other has to empty is told of, and kept", async () => {
  expect(await done(GOING)).toEqual(["HandedOver"]);
});

test("after a conflict all is asked again, since the finalizer may be the other's by now", async () => {
  expect(await done(FORCED, true)).toEqual(["merge", "conflict"]);
});
