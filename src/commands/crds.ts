import { stringify } from "yaml";
import { customResourceDefinition } from "#api/custom-resource-definition.ts";
import { KINDS } from "#api/kinds.ts";
import { command } from "./command.ts";
import { FOR_KUBECTL } from "./yaml-for-kubectl.ts";

export const crds = command({
  name: "crds",
  summary: "Print the CustomResourceDefinitions.",
  description: "Prints the CustomResourceDefinitions of every kind as YAML, ready for `kubectl apply --server-side`.",
  options: {},
  run: (_values, { print }) => {
    const documents = KINDS.map((kind) => stringify(customResourceDefinition(kind), FOR_KUBECTL));
    print(documents.join("---\n"));
  },
});
