import { API_VERSION } from "#api/kind.ts";

/** The policy of a namespace whose providers are on this machine. */
export function loopbackAllowed(namespace: string) {
  const spec = {
    mode: "Enforce",
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    rules: { "forbidden-endpoint": "Off", "plaintext-endpoint": "Off" },
  };
  return { apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name: `${namespace}-provider-here` }, spec };
}
