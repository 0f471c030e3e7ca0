import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** Which kind of request; `watchList` is a watch with initial events. */
export type Verb =
  | "get"
  | "list"
  | "watch"
  | "watchList"
  | "create"
  | "update"
  | "patch"
  | "delete"
  | "deleteCollection"
  | "other";

/** A request as a test wants to look at it. */
export interface RecordedRequest {
  readonly verb: Verb;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Group and plural, such as `/configmaps` or `apps/deployments`. */
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

export async function readRequest(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://server");
  const method = incoming.method ?? "GET";
  const query = Object.fromEntries(searchParams);
  const target = targetOf(pathname);
  return {
    verb: target.collection === "" ? "other" : verbOf(method, query, target.name !== undefined),
    method,
    path: pathname,
    query,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString("utf8"),
    ...target,
  };
}

const PATH =
  /^\/(?:api\/[^/]+|apis\/(?<group>[^/]+)\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/[^/]))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>[^/]+))?$/;

function targetOf(path: string): Pick<RecordedRequest, "collection" | "namespace" | "name" | "subresource"> {
  const { group = "", namespace, plural, name, subresource } = PATH.exec(path)?.groups ?? {};
  return { collection: plural === undefined ? "" : `${group}/${plural}`, namespace, name, subresource };
}

function verbOf(method: string, query: Readonly<Record<string, string>>, isNamed: boolean): Verb {
  if (method === "GET" && query["watch"] === "true") {
    return query["sendInitialEvents"] === "true" ? "watchList" : "watch";
  }
  if (method === "GET") return isNamed ? "get" : "list";
  if (method === "DELETE") return isNamed ? "delete" : "deleteCollection";
  return WRITES[method] ?? "other";
}

const WRITES: Readonly<Record<string, Verb>> = { POST: "create", PUT: "update", PATCH: "patch" };
