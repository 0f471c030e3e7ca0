import type { ValuesOf } from "../command.ts";

export const WATCH_OPTIONS = {
  namespace: {
    type: "string",
    placeholder: "NAMESPACE",
    summary: "Also -n. Where to watch. Default: the namespace of the kubeconfig's context, else default.",
  },
  "all-namespaces": { type: "boolean", summary: "Also -A. Watch in all namespaces." },
  selector: { type: "string", placeholder: "SELECTOR", summary: "Also -l. Labels to select by, such as app=shop." },
  "field-selector": {
    type: "string",
    placeholder: "SELECTOR",
    summary: "Fields to select by, such as metadata.name=settings.",
  },
  output: {
    type: "string",
    placeholder: "FORMAT",
    summary: "Also -o. How to print what happens.",
    default: "text",
    values: ["text", "json"],
  },
  "show-status": { type: "boolean", summary: "Give every field of a status a line of its own." },
  kubeconfig: {
    type: "string",
    placeholder: "FILE",
    summary: "The cluster. Default: KUBECONFIG, else the Pod's service account, else ~/.kube/config.",
  },
} as const;

export type WatchValues = ValuesOf<typeof WATCH_OPTIONS>;
