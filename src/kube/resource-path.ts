import type { ObjectName } from "./client.ts";
import type { ResourceType, Selection } from "./resource.ts";

/** The path of all objects of a type, or of those in one namespace. */
export function collectionPath({ group, version, plural, namespaced }: ResourceType, namespace?: string): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${place}/${plural}`;
}

/** The path of one object, or of a part of it such as `status`. */
export function objectPath(type: ResourceType, { namespace, name }: ObjectName, subresource?: string): string {
  const object = `${collectionPath(type, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? object : `${object}/${subresource}`;
}

/** The query parameters of a selection; the namespace is part of the path. */
export function selectionQuery({ labelSelector, fieldSelector }: Selection): Query {
  return { labelSelector, fieldSelector };
}

/** Parameters that are undefined, false or empty are not sent. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export function withQuery(path: string, query: Query): string {
  const sent = Object.entries(query).filter(([, value]) => value !== undefined && value !== false && value !== "");
  if (sent.length === 0) return path;
  const parameters = new URLSearchParams(sent.map(([name, value]) => [name, String(value)]));
  return `${path}?${parameters.toString()}`;
}
