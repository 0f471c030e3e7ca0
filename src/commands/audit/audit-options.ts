import type { Options, ValuesOf } from "../command.ts";

export const AUDIT_OPTIONS = {
  policy: {
    type: "string",
    many: true,
    placeholder: "PATH",
    summary:
      "File or directory with policies, approved models, classes and namespaces to try: they take the place of stored ones of the same name, or join them.",
  },
  namespace: {
    type: "string",
    placeholder: "NAMESPACE",
    summary: "Also -n. Whose objects to judge. Default: the namespace of the kubeconfig's context, else default.",
  },
  "all-namespaces": { type: "boolean", summary: "Also -A. Judge the objects of all namespaces." },
  output: {
    type: "string",
    placeholder: "FORMAT",
    summary: "Also -o. How to print verdicts.",
    default: "text",
    values: ["text", "json", "sarif", "junit"],
  },
  "model-data": {
    type: "string",
    placeholder: "FILE",
    summary: "JSON file with what is known of providers and their models, instead of what Gatehouse brings along.",
  },
  kubeconfig: {
    type: "string",
    placeholder: "FILE",
    summary: "The cluster. Default: KUBECONFIG, else the Pod's service account, else ~/.kube/config.",
  },
} as const satisfies Options;

export type AuditValues = ValuesOf<typeof AUDIT_OPTIONS>;
