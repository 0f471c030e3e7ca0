import type { Options, ValuesOf } from "../command.ts";

export const POLICY_OPTIONS = {
  namespace: {
    type: "string",
    placeholder: "NAMESPACE",
    summary: "Also -n. Default: the namespace of the kubeconfig's context, else default.",
  },
  name: {
    type: "string",
    placeholder: "NAME",
    summary: "An object, for which there may be exceptions.",
  },
  policy: {
    type: "string",
    many: true,
    placeholder: "PATH",
    summary: "File or directory with policies and namespaces, instead of those of the cluster.",
  },
  output: {
    type: "string",
    placeholder: "FORMAT",
    summary: "Also -o. How to print it.",
    default: "text",
    values: ["text", "json"],
  },
  kubeconfig: {
    type: "string",
    placeholder: "FILE",
    summary: "The cluster. Default: KUBECONFIG, else the Pod's service account, else ~/.kube/config.",
  },
} as const satisfies Options;

export type PolicyValues = ValuesOf<typeof POLICY_OPTIONS>;
