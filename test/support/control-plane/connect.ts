// oxlint-disable vitest/valid-title, vitest/no-disabled-tests, vitest/no-conditional-tests -- makes suites for others
import { afterAll, afterEach, beforeAll, describe, inject, test } from "vitest";
import { endsOfAllLogs } from "../process-node/node-logs.ts";
import type { ControlPlaneAddress } from "./address.ts";
import { type ControlPlaneClient, clientOf, type OwnNamespace } from "./client.ts";
import { type ControlPlane, startControlPlane } from "./start.ts";
import { WITHOUT_GO } from "./unavailable.ts";

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
 * without one it is one skipped test whose name says why, and where the plane lacks
 * what the suite needs, one that fails and says so. When a test fails, the ends of all
 * logs of the suite's node are shown.
 */
export function describeOnControlPlane(
  name: string,
  body: (plane: SuiteControlPlane) => void,
  needs: SuiteNeeds = {},
): void {
  const provided = inject("controlPlane");
  if (provided.kind === "unavailable") {
    test.skip(`${name}: DID NOT RUN, ${provided.reason}`, () => undefined);
    return;
  }
  if (needs.certManager === true && !provided.address.hasCertManager) {
    test(name, () => {
      throw new Error(`cert-manager and Helm are needed, and ${WITHOUT_GO}`);
    });
    return;
  }
  describe(name, () => {
    const client = clientOf(provided.address);
    let namespace: OwnNamespace | undefined;
    beforeAll(async () => {
      namespace = await client.createNamespace("suite");
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === "fail") process.stderr.write(`${task.name}\n${await endsOfAllLogs()}\n`);
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
