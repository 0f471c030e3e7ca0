import type { Options } from "../command.ts";
import { KUBECTL_DEFAULT } from "../in-namespace.ts";

export const VALIDATE_OPTIONS = {
  policy: {
    type: "string",
    placeholder: "PATH",
    summary: "File or directory with the policies, approved models, classes and namespaces to judge under.",
  },
  "model-data": {
    type: "string",
    placeholder: "FILE",
    summary: "JSON file with what is known of providers and their models, instead of what Gatehouse brings along.",
  },
  namespace: {
    type: "string",
    placeholder: "NAMESPACE",
    summary: "Namespace of objects that name none.",
    default: KUBECTL_DEFAULT,
  },
  output: {
    type: "string",
    placeholder: "FORMAT",
    summary: "How to print verdicts.",
    default: "text",
    values: ["text", "json", "sarif", "junit", "github"],
  },
} as const satisfies Options;
