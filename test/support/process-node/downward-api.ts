import type { Pod } from "./pod.ts";

/** The value of a field that the downward API offers; undefined for one that it does not, or not here. */
export function downwardValue(pod: Pod, address: string, fieldPath: string): string | undefined {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath);
  if (keyed) return metadata[keyed[1] as "labels" | "annotations"]?.[keyed[2] ?? ""] ?? "";
  switch (fieldPath) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace;
    case "metadata.uid":
      return metadata.uid;
    case "metadata.labels":
      return lines(metadata.labels);
    case "metadata.annotations":
      return lines(metadata.annotations);
    case "spec.nodeName":
      return spec.nodeName;
    case "spec.serviceAccountName":
      return spec.serviceAccountName;
    case "status.podIP":
    case "status.podIPs":
      return address;
    case "status.hostIP":
    case "status.hostIPs":
      return HOST_ADDRESS;
    default:
      return undefined;
  }
}

/** This machine, for Pods that ask where they are. */
export const HOST_ADDRESS = "127.0.0.1";

function lines(entries: Readonly<Record<string, string>> = {}): string {
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}
