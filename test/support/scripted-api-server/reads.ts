import type { ServerResponse } from "node:http";
import { answerFailure, answerJson, EXPIRED, tooLarge } from "./answer.ts";
import type { Draft, ObjectLog } from "./object-log.ts";
import type { RecordedRequest } from "./request.ts";

/** GET of one object. */
export function answerGet(log: ObjectLog, request: RecordedRequest, response: ServerResponse): void {
  const { namespace, name = "", collection } = request;
  const object = log.get(collection, namespace ? `${namespace}/${name}` : name);
  if (object) answerJson(response, 200, object);
  else answerFailure(response, { code: 404, reason: "NotFound", message: `${collection} "${name}" not found` });
}

/**
 * LIST. As the API server: version 0 is answered from the cache, which knows no
 * pages; pages belong to the version of the first and are gone with it.
 */
export function answerList(log: ObjectLog, request: RecordedRequest, response: ServerResponse, stale?: string): void {
  const { query } = request;
  const page = pageOf(query);
  const asked = page ? page.version : log.parse(query["resourceVersion"] ?? "");
  const isExact = page !== undefined || query["resourceVersionMatch"] === "Exact";
  if (asked !== undefined && asked > log.version) {
    return answerFailure(response, tooLarge(log.text(asked), log.resourceVersion));
  }
  if (isExact && (asked ?? 0) < log.compacted) return answerFailure(response, EXPIRED);
  const version = (isExact ? asked : log.parse(stale ?? "")) ?? log.version;
  answerPage(log, request, response, { version, start: page?.start ?? 0 });
}

function answerPage(
  log: ObjectLog,
  request: RecordedRequest,
  response: ServerResponse,
  { version, start }: Page,
): void {
  const all = selected(log.at(request.collection, version), request);
  const end = start + limitOf(request.query);
  const next: Page | undefined = end < all.length ? { version, start: end } : undefined;
  const { kind = "Object", apiVersion = "v1" } = all[0] ?? {};
  const metadata = { resourceVersion: log.text(version), ...(next && { continue: btoa(JSON.stringify(next)) }) };
  answerJson(response, 200, { kind: `${kind}List`, apiVersion, metadata, items: all.slice(start, end) });
}

/** Those that a request's namespace and its selector of equal labels ask for. */
export function selected(objects: readonly Draft[], request: RecordedRequest): readonly Draft[] {
  return objects.filter((object) => isSelected(object, request));
}

export function isSelected({ metadata }: Draft, { namespace, query }: RecordedRequest): boolean {
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  const terms = (query["labelSelector"] ?? "").split(",").filter((term) => term !== "");
  return terms.every((term) => {
    const [label = "", value = ""] = term.split("=");
    return metadata.labels?.[label] === value;
  });
}

interface Page {
  readonly version: number;
  readonly start: number;
}

type Query = RecordedRequest["query"];

function pageOf({ continue: token }: Query): Page | undefined {
  return token === undefined ? undefined : (JSON.parse(atob(token)) as Page);
}

function limitOf({ limit, resourceVersion }: Query): number {
  return limit === undefined || resourceVersion === "0" ? Number.POSITIVE_INFINITY : Number(limit);
}
