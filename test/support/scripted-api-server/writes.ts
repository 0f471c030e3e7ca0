import type { ServerResponse } from "node:http";
import jsonPatch, { type Operation } from "fast-json-patch";
import { answerFailure, answerJson } from "./answer.ts";
import type { Draft, ObjectLog } from "./object-log.ts";
import { selected } from "./reads.ts";
import type { RecordedRequest } from "./request.ts";

/** POST, PUT, PATCH and DELETE, with 404, 409 and preconditions as the API server has them. */
export function answerWrite(log: ObjectLog, request: RecordedRequest, response: ServerResponse): void {
  const { collection, namespace, verb } = request;
  const body = (request.body === "" ? {} : JSON.parse(request.body)) as Draft;
  const name = request.name ?? body.metadata?.name ?? "";
  const known = log.get(collection, namespace ? `${namespace}/${name}` : name);
  if (verb === "deleteCollection") return deleteCollection(log, request, response);
  if (verb === "create") {
    if (known)
      return answerFailure(response, { code: 409, reason: "AlreadyExists", message: `${name} already exists` });
    return answerJson(response, 201, log.put(collection, placed(body, namespace)));
  }
  const isApply = request.headers["content-type"] === "application/apply-patch+yaml";
  if (!known && isApply) return answerJson(response, 201, log.put(collection, placed(body, namespace)));
  if (!known) return answerFailure(response, { code: 404, reason: "NotFound", message: `${name} not found` });
  if (isStale(request, body, known)) {
    return answerFailure(response, { code: 409, reason: "Conflict", message: "the object has been modified" });
  }
  if (verb === "delete") {
    return answerJson(response, 200, log.remove(collection, namespace ? `${namespace}/${name}` : name));
  }
  const next = verb === "update" ? body : patched(request, known, body);
  answerJson(response, 200, log.put(collection, placed(next, namespace)));
}

function deleteCollection(log: ObjectLog, request: RecordedRequest, response: ServerResponse): void {
  for (const { metadata } of selected(log.at(request.collection), request)) {
    log.remove(request.collection, metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name);
  }
  answerJson(response, 200, { kind: "Status", apiVersion: "v1", status: "Success" });
}

function placed(draft: Draft, namespace: string | undefined): Draft {
  return namespace === undefined ? draft : { ...draft, metadata: { ...draft.metadata, namespace } };
}

/** By the body's own resource version, or by a deletion's preconditions. */
function isStale({ verb }: RecordedRequest, body: Draft, known: Draft): boolean {
  const wanted: Preconditions | undefined =
    verb === "delete" ? (body as { preconditions?: Preconditions }).preconditions : versionOf(body);
  const { uid, resourceVersion } = wanted ?? {};
  return (
    (uid !== undefined && uid !== known.metadata.uid) ||
    (resourceVersion !== undefined && resourceVersion !== known.metadata.resourceVersion)
  );
}

interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

function versionOf({ metadata }: Draft): Preconditions {
  return metadata?.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion };
}

/** Apply is a merge here: this server keeps no field owners. */
function patched(request: RecordedRequest, known: Draft, body: unknown): Draft {
  if (request.headers["content-type"] === "application/json-patch+json") {
    return jsonPatch.applyPatch(structuredClone(known), body as Operation[]).newDocument;
  }
  return merged(known, body) as Draft;
}

/** RFC 7386. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else result[field] = merged(result[field], value);
  }
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
