import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { GROUP } from "#api/kind.ts";
import { readEnvironment } from "../support/control-plane/environment.ts";
import { chartsPermissions } from "../support/permissions/charts-permissions.ts";
import { type Granted, type Permission } from "../support/permissions/granted.ts";
import { type Used, usedIn } from "../support/permissions/used.ts";

const { auditDirectory, continuousIntegration } = readEnvironment();

/** Where no cluster suite ran there is nothing to compare; on a CI server that is a failure. */
const isSkipped = auditDirectory === undefined && !continuousIntegration;

/** Why a permission is given although no suite may have needed it. */
const EXCUSES: readonly Excuse[] = [
  {
    reason: "API servers that have no watch-lists, as those of Kubernetes 1.33, are asked for lists",
    excuses: ({ verb }) => verb === "list",
  },
  {
    reason:
      "asked for by the admission plugin OwnerReferencesPermissionEnforcement, as on OpenShift, without a request",
    excuses: ({ resource }) => resource === "aigatewayconfigs/finalizers.gateway.example.com",
  },
  {
    reason: "read again only after a conflict with somebody else who writes finalizers",
    excuses: ({ role, verb, resource }) =>
      verb === "get" &&
      (role === "gatehouse-controller" || (role === "gatehouse-uninstall" && resource.endsWith(`.${GROUP}`))),
  },
];

interface Excuse {
  readonly reason: string;
  readonly excuses: (permission: Permission) => boolean;
}

// After all cluster suites, whose API servers have logged what service accounts asked for.
describe.skipIf(isSkipped)("the permissions of the chart's service accounts", () => {
  let granted: Granted;
  let used: Used;

  beforeAll(async () => {
    granted = await chartsPermissions();
    used = usedIn(await linesIn(auditDirectory ?? ""), granted.rolesOf);
  });

  test("are all that they asked for: nothing was forbidden", () => {
    expect(used.permissions.length).toBeGreaterThan(20); // else nobody has logged anything
    expect(used.forbidden).toEqual([]);
  });

  test("are all used: what was never asked for is not granted", () => {
    const known = new Set(used.permissions.map(inWords));
    const unused = granted.permissions.filter((permission) => !known.has(inWords(permission)));
    expect(unused.filter((permission) => !isExcused(permission)).map(inWords)).toEqual([]);
  });
});

function isExcused(permission: Permission): boolean {
  return EXCUSES.some(({ excuses }) => excuses(permission));
}

function inWords({ role, resource, verb }: Permission): string {
  return `${role}: ${verb} ${resource}`;
}

async function linesIn(directory: string): Promise<readonly string[]> {
  const files = await readdir(directory);
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")));
  return texts.flatMap((text) => text.split("\n"));
}
