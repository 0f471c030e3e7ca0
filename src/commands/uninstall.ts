import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import { command } from "./command.ts";
import { runUninstall } from "./uninstall/run-uninstall.ts";

export const uninstall = command({
  name: "uninstall",
  summary: "Take away what an installation must not leave behind.",
  description: [
    "Does what has to be done before the objects of an installation are deleted, in this order:",
    "",
    "  1. scales the Deployment to 0 and waits until its Pods have ended,",
    "  2. deletes the two webhook configurations, so that nothing waits for a server that is gone,",
    "  3. removes our finalizer from AIGatewayConfigs and AIGatewayClasses; those of others stay,",
    "  4. deletes what --leftovers names: what servers, cert-manager and failed hooks leave behind.",
    "",
    "The chart runs it before it deletes anything. It may be run again at any time, also after it was",
    "interrupted; what is not there any more is passed over. CRDs, and the objects of our kinds, stay.",
    "",
    "Exit codes: 0 all is done, 1 something is left, which is named, 2 options or the kubeconfig are not",
    "usable.",
  ].join("\n"),
  options: {
    name: {
      type: "string",
      placeholder: "NAME",
      summary: "Of the Helm release, and so of its objects.",
      default: "gatehouse",
    },
    namespace: {
      type: "string",
      placeholder: "NAMESPACE",
      summary:
        "Where it is installed. Default: the namespace of the service account or of the kubeconfig's context, else default.",
    },
    "controller-name": {
      type: "string",
      placeholder: "NAME",
      summary: "What belongs to another controller keeps its finalizer.",
      default: CONTROLLER_NAME,
    },
    leftovers: {
      type: "string",
      placeholder: "RESOURCE/NAME,…",
      summary:
        "Objects of the namespace to delete at the end, in this order: jobs, pods, leases, certificates, secrets.",
      default: "",
    },
    timeout: { type: "string", placeholder: "SECONDS", summary: "How long to try, in all.", default: "240" },
    kubeconfig: {
      type: "string",
      placeholder: "FILE",
      summary: "The cluster. Default: KUBECONFIG, else the Pod's service account, else ~/.kube/config.",
    },
  },
  run: runUninstall,
});
