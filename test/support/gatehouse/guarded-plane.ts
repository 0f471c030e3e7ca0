import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { CommandResult } from "../control-plane/command.ts";
import type { SuiteControlPlane } from "../control-plane/connect.ts";
import { type FactFolder, makeFactFolder } from "./fact-folder.ts";
import { type InstalledGatehouse, installCustomResourceDefinitions, installGatehouse } from "./install.ts";

const POLICIES = join(import.meta.dirname, "../../fixtures/objects/policies.yaml");

/** A control plane that Gatehouse guards, under the policies of `test/fixtures/objects` at first. */
export interface GuardedPlane extends AsyncDisposable {
  readonly gatehouse: InstalledGatehouse;
  readonly facts: FactFolder;
}

export async function guard(plane: SuiteControlPlane): Promise<GuardedPlane> {
  await using stack = new AsyncDisposableStack();
  await installCustomResourceDefinitions(plane);
  const facts = stack.use(await makeFactFolder());
  await facts.write(await policies());
  const gatehouse = stack.use(await installGatehouse(plane, { objects: facts.directory }));
  facts.readBy(() => gatehouse.deployment.outputs());
  const guarded = stack.move();
  return { gatehouse, facts, [Symbol.asyncDispose]: () => guarded.disposeAsync() };
}

/** The documents of `test/fixtures/objects/policies.yaml`. */
export async function policies(): Promise<readonly object[]> {
  return parseAllDocuments(await readFile(POLICIES, "utf8")).map((document) => document.toJS() as object);
}

/** kubectl in the suite's namespace. */
export function suiteKubectl(plane: SuiteControlPlane) {
  return (words: readonly string[], input = "", expect: number | "any" = 0): Promise<CommandResult> =>
    plane.kubectl(["--namespace", plane.namespace, ...words], { input, expect });
}
