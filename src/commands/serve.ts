import { LOG_LEVELS } from "#observability/logger.ts";
import { CERTIFICATE_OPTIONS } from "./certificate-options.ts";
import { command } from "./command.ts";
import { CONTROLLER_OPTIONS } from "./controller-options.ts";
import { runServers } from "./run-servers.ts";
import { serveSettings } from "./serve-settings.ts";

export const serve = command({
  name: "serve",
  summary: "Serve admission webhooks, probes and metrics, and deliver to gateways.",
  description: [
    "Serves POST /mutate and POST /validate over HTTPS, and probes and metrics over plain HTTP.",
    "",
    "Policies, approved models, classes and namespaces come from the cluster, or from --objects. Until",
    "all of them are known, reviews are answered 503, and /readyz names what is missing.",
    "",
    "In a cluster, one process of those that share a Lease is also the controller: it delivers what",
    "AIGatewayConfigs say to their gateways and writes their status.",
    "",
    "With --standalone no cluster is needed: a certificate for localhost is made in memory, and the",
    "plain port also answers POST /v1/validate and shows a page. Without it, --certificate-directory",
    "or --certificate-secret is needed.",
  ].join("\n"),
  options: {
    standalone: { type: "boolean", summary: "Serve on this machine only, without a cluster." },
    objects: {
      type: "string",
      placeholder: "DIRECTORY",
      summary:
        "YAML and JSON files with policies, approved models, classes, namespaces and what teams have stored, read again when they change, instead of a cluster. Default with --standalone: the examples.",
    },
    kubeconfig: {
      type: "string",
      placeholder: "FILE",
      summary: "How to reach the cluster. Default: KUBECONFIG, or else the service account of the Pod.",
    },
    "model-data": {
      type: "string",
      placeholder: "FILE",
      summary: "JSON file with what is known of providers and their models, instead of what Gatehouse brings along.",
    },
    ...CERTIFICATE_OPTIONS,
    "client-ca-file": {
      type: "string",
      placeholder: "FILE",
      summary:
        "Certificates of authorities, one of which must have signed a client's, read again when they change. Default: clients need no certificate.",
    },
    "client-names": {
      type: "string",
      placeholder: "NAME,NAME",
      summary: "Common or DNS names, one of which a client's certificate must have. Default: any.",
    },
    "bind-address": {
      type: "string",
      placeholder: "ADDRESS",
      summary: "Address of the admission port. Default: 0.0.0.0, or 127.0.0.1 with --standalone.",
    },
    port: { type: "string", placeholder: "PORT", summary: "Admission port; 0 takes a free one.", default: "9443" },
    "plain-bind-address": {
      type: "string",
      placeholder: "ADDRESS",
      summary: "Address of the plain port.",
      default: "127.0.0.1",
    },
    "plain-port": {
      type: "string",
      placeholder: "PORT",
      summary: "Port of probes and metrics; 0 takes a free one.",
      default: "8080",
    },
    "shutdown-delay": {
      type: "string",
      placeholder: "SECONDS",
      summary:
        "How long requests are still taken when the process is asked to end. Default: 10, or 0 with --standalone.",
    },
    ...CONTROLLER_OPTIONS,
    "log-level": {
      type: "string",
      placeholder: "LEVEL",
      summary: "Least important lines to log. Default: info.",
      values: LOG_LEVELS,
    },
  },
  run: (values, context) => runServers(serveSettings(values, context.config), context),
});
