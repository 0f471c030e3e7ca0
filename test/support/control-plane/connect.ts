// oxlint-disable vitest/valid-title, vitest/no-disabled-tests, vitest/no-conditional-tests -- makes suites for others
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import type { ControlPlaneAddress } from "./address.ts";
import { type ControlPlaneClient, clientOf, type OwnNamespace } from "./client.ts";
import { type ControlPlane, startControlPlane } from "./start.ts";

/** What global-setup.ts hands to the suites. */
export type ProvidedControlPlane =
  | { readonly kind: "running"; readonly address: ControlPlaneAddress }
  | { readonly kind: "unavailable"; readonly reason: string };

declare module "vitest" {
  export interface ProvidedContext {
    controlPlane: ProvidedControlPlane;
  }
}

/** The run's control plane, as a suite sees it. */
export interface SuiteControlPlane extends ControlPlaneClient {
  /** The suite's own namespace; exists while its tests and hooks run, and is deleted after them. */
  readonly namespace: string;
}

/**
 * A suite on the run's control plane, with a namespace of its own. On a machine
 * without a control plane it is one skipped test whose name says why.
 */
export function describeOnControlPlane(name: string, body: (plane: SuiteControlPlane) => void): void {
  const provided = inject("controlPlane");
  if (provided.kind === "unavailable") {
    test.skip(`${name}: DID NOT RUN, ${provided.reason}`, () => undefined);
    return;
  }
  describe(name, () => {
    const client = clientOf(provided.address);
    let namespace: OwnNamespace | undefined;
    beforeAll(async () => {
      namespace = await client.createNamespace("suite");
    });
    afterAll(() => namespace?.[Symbol.asyncDispose]());
    body({
      ...client,
      get namespace() {
        if (namespace === undefined) throw new Error("the suite's namespace exists only while its tests run");
        return namespace.name;
      },
    });
  });
}

/** A suite on a control plane of its own, whose programs it may kill and whose keys it may replace. */
export function describeOnOwnControlPlane(name: string, body: (plane: () => ControlPlane) => void): void {
  describeOnControlPlane(name, () => {
    let plane: ControlPlane | undefined;
    beforeAll(async () => {
      plane = await startControlPlane();
    });
    afterAll(() => plane?.[Symbol.asyncDispose]());
    body(() => {
      if (plane === undefined) throw new Error("the suite's control plane exists only while its tests run");
      return plane;
    });
  });
}
