import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import { command } from "./command.ts";
import { runProbe } from "./probe/run-probe.ts";

export const probe = command({
  name: "probe",
  summary: "See that an installation denies what is bad.",
  description: [
    "Sends an AIGatewayConfig with faults of three rules (implausible-timeout, duplicate-route and",
    "unsafe-pattern) to the API server, as a dry run, and asks again until the webhook denies it. Nothing",
    "is stored. What stands in the way is said whenever that changes: nothing listens, a certificate that",
    "is not trusted, no answer in time, or that the object was admitted.",
    "",
    "With --default-class it then makes the class that configurations without a class get, unless there",
    "is one already, or another class is called `default`. What exists is never changed.",
    "",
    "Whoever runs it needs the right to create aigatewayconfigs in the namespace, and with",
    "--default-class to list and create aigatewayclasses.",
    "",
    "Exit codes: 0 it was denied, 1 it was not in time, or the class could not be made, 2 options or the",
    "kubeconfig are not usable.",
  ].join("\n"),
  options: {
    namespace: {
      type: "string",
      placeholder: "NAMESPACE",
      summary:
        "Where the object would be. Default: the namespace of the service account or of the kubeconfig's context, else default.",
    },
    timeout: { type: "string", placeholder: "SECONDS", summary: "How long to try, all in all.", default: "60" },
    "default-class": { type: "boolean", summary: "Then make the default AIGatewayClass, if there is none." },
    "controller-name": {
      type: "string",
      placeholder: "NAME",
      summary: "The controllerName of that class.",
      default: CONTROLLER_NAME,
    },
    kubeconfig: {
      type: "string",
      placeholder: "FILE",
      summary: "The cluster. Default: KUBECONFIG, else the Pod's service account, else ~/.kube/config.",
    },
  },
  run: runProbe,
});
