import { stringify } from "yaml";
import { floorManifests } from "#floor/admission-policies.ts";
import type { Command, Options } from "./command.ts";
import { oneOf, parseWords } from "./parse-options.ts";
import { UsageError } from "./usage-error.ts";
import { FOR_KUBECTL } from "./yaml-for-kubectl.ts";

const OPTIONS = {
  output: {
    type: "string",
    placeholder: "FORMAT",
    summary: "How to print them.",
    default: "yaml",
    values: ["yaml", "json"],
  },
} as const satisfies Options;

export const exportCommand: Command & { readonly operands: string } = {
  name: "export",
  operands: "vap",
  summary: "Print the admission floor.",
  description: [
    "Prints ValidatingAdmissionPolicies and their bindings, ready for `kubectl apply --server-side`: the",
    "admission floor, which the API server holds by itself while Gatehouse is away. It judges approved",
    "models, bounds of rate limits, https and forbidden hosts, each by the AIGatewayPolicies in Enforce.",
    "What it covers and what it does not is told in docs/floor.md.",
  ].join("\n"),
  options: OPTIONS,
  run: (words, { print }) => {
    const { values, operands } = parseWords("export", OPTIONS, words);
    const [what, more] = operands;
    if (what === undefined) throw new UsageError("export: nothing to export: gatehouse export vap");
    oneOf("what is exported", what, ["vap"]);
    if (more !== undefined) throw new UsageError(`export: unexpected argument '${more}'`);
    print(values.output === "json" ? asJson() : asYaml());
    return Promise.resolve();
  },
};

function asYaml(): string {
  const documents = floorManifests().map((manifest) => stringify(manifest, { ...FOR_KUBECTL, lineWidth: 0 }));
  return documents.join("---\n");
}

/** One List, which kubectl applies as it is. */
function asJson(): string {
  return `${JSON.stringify({ apiVersion: "v1", kind: "List", items: floorManifests() }, undefined, 2)}\n`;
}
