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

/** What a suite needs beyond the API server. */
export interface SuiteNeeds {
  /** cert-manager, and Helm, which can be had where it can. */
  readonly certManager?: boolean;
}

/**
 * A suite on the run's control plane, with a namespace of its own. On a machine
 * without what it needs it is one skipped test whose name says why.
 */
export function describeOnControlPlane(
  name: string,
  body: (plane: SuiteControlPlane) => void,
  needs: SuiteNeeds = {},
): void {
  const usable = usableFor(needs, inject("controlPlane"));
  if (usable.kind === "unavailable") {
    test.skip(`${name}: DID NOT RUN, ${usable.reason}`, () => undefined);
    return;
  }
  describe(name, () => {
    const client = clientOf(usable.address);
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
export function describeOnOwnControlPlane(
  name: string,
  body: (plane: () => ControlPlane) => void,
  needs: SuiteNeeds = {},
): void {
  const ownBody = () => {
    let plane: ControlPlane | undefined;
    beforeAll(async () => {
      plane = await startControlPlane(needs);
    });
    afterAll(() => plane?.[Symbol.asyncDispose]());
    body(() => {
      if (plane === undefined) throw new Error("the suite's control plane exists only while its tests run");
      return plane;
    });
  };
  describeOnControlPlane(name, ownBody, needs);
}

function usableFor({ certManager = false }: SuiteNeeds, provided: ProvidedControlPlane): ProvidedControlPlane {
  if (provided.kind === "unavailable" || !certManager || provided.address.hasCertManager) return provided;
  return { kind: "unavailable", reason: "there is no Go to build cert-manager and Helm with." };
}
