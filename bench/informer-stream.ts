import { API_VERSION } from "#api/kind.ts";

/** What the scripted server says, as the bytes that it sends. */
export interface InformerStream {
  /** The answer to a LIST. */
  readonly list: readonly Buffer[];
  /** The first events of a watch-list, with the bookmark that ends them; each event is a chunk of HTTP. */
  readonly initialEvents: readonly Buffer[];
  /** Each object modified in turn, again and again; each event is a chunk of HTTP. */
  readonly events: readonly Buffer[];
}

/** Makes it all beforehand, so that the server has nothing to do but to send. */
export function informerStream({ objects, events }: { objects: number; events: number }): InformerStream {
  const version = String(objects);
  const items = Array.from({ length: objects }, (_, index) => config(index, { revision: 1, version: index + 1 }));
  return {
    list: joined(listed(items, version)),
    initialEvents: joined(initialEvents(items, version)),
    events: joined(modifications(objects, events)),
  };
}

function* listed(items: readonly string[], version: string): Generator<string> {
  const head = { kind: "AIGatewayConfigList", apiVersion: API_VERSION, metadata: { resourceVersion: version } };
  yield `${JSON.stringify(head).slice(0, -1)},"items":[`;
  for (const [index, item] of items.entries()) yield index === 0 ? item : `,${item}`;
  yield "]}\n";
}

function* initialEvents(items: readonly string[], version: string): Generator<string> {
  for (const item of items) yield chunk(event("ADDED", item));
  const annotations = { "k8s.io/initial-events-end": "true" };
  const metadata = { resourceVersion: version, creationTimestamp: null, annotations };
  yield chunk(event("BOOKMARK", JSON.stringify({ kind: "AIGatewayConfig", apiVersion: API_VERSION, metadata })));
}

function* modifications(objects: number, events: number): Generator<string> {
  for (let count = 0; count < events; count += 1) {
    const revision = 2 + Math.floor(count / objects);
    yield chunk(event("MODIFIED", config(count % objects, { revision, version: objects + count + 1 })));
  }
}

function event(type: string, object: string): string {
  return `{"type":"${type}","object":${object}}\n`;
}

/** The API server's HTTP library sends what is longer than 2 KB as a chunk of its own. */
function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** In pieces of 256 KB: few writes, and no more than a socket takes at once. */
function joined(texts: Iterable<string>): readonly Buffer[] {
  const buffers: Buffer[] = [];
  let [waiting, length]: [string[], number] = [[], 0];
  const flush = () => {
    buffers.push(Buffer.from(waiting.join("")));
    [waiting, length] = [[], 0];
  };
  for (const text of texts) {
    waiting.push(text);
    length += text.length;
    if (length >= PIECE_BYTES) flush();
  }
  flush();
  return buffers;
}

const PIECE_BYTES = 256 * 1024;

/** An AIGatewayConfig of 2 KB as the API server sends it. */
function config(index: number, { revision, version }: { revision: number; version: number }): string {
  const team = `team-${index % 200}`;
  return JSON.stringify({
    apiVersion: API_VERSION,
    kind: "AIGatewayConfig",
    metadata: {
      annotations: { "example.com/owner": `${team}@example.com` },
      creationTimestamp: "2026-08-06T08:00:00Z",
      generation: revision,
      labels: { "app.kubernetes.io/managed-by": "flux", "app.kubernetes.io/name": `assistant-${index}`, team },
      managedFields: MANAGED_FIELDS,
      name: `assistant-${index}`,
      namespace: team,
      resourceVersion: String(version),
      uid: `705ab4f5-6393-11e8-b7cc-${index.toString(16).padStart(12, "0")}`,
    },
    spec: {
      gatewayClassName: "shared",
      models: [model(index, revision)],
      routes: [route(index)],
    },
    status: {
      conditions: [condition("Ready", revision)],
      observedGeneration: revision,
      phase: "Ready",
    },
  });
}

function model(index: number, revision: number) {
  return {
    auth: { header: "Authorization", scheme: "Bearer", type: "apikey", value: `secret://credentials-${index}/chat` },
    endpoint: `https://chat.region-${index % 20}.models.example/v1/tenant-${index}`,
    name: "chat",
    provider: "provider",
    rateLimits: { burst: 60, key: "Consumer", requestsPerMinute: 600 + revision },
    region: "eu-west-1",
    type: "llm",
    version: "2026-08-06",
  };
}

function route(index: number) {
  return {
    methods: ["POST"],
    path: `/team-${index % 200}/assistant-${index}/v1/chat`,
    pathType: "Prefix",
    targetModel: "chat",
    timeout: "60s",
  };
}

function condition(type: string, observedGeneration: number) {
  return {
    lastTransitionTime: "2026-08-06T08:00:05Z",
    message: "",
    observedGeneration,
    reason: type,
    status: "True",
    type,
  };
}

function noted(...fields: readonly string[]): Readonly<Record<string, object>> {
  return Object.fromEntries(fields.map((field) => [`f:${field}`, {}]));
}

/** What server-side apply notes for such an object: nearly half of it. */
const MANAGED_FIELDS = [
  {
    apiVersion: API_VERSION,
    fieldsType: "FieldsV1",
    fieldsV1: {
      "f:metadata": {
        "f:annotations": noted("example.com/owner"),
        "f:labels": noted("app.kubernetes.io/managed-by", "app.kubernetes.io/name", "team"),
      },
      "f:spec": {
        "f:gatewayClassName": {},
        "f:models": {
          'k:{"name":"chat"}': {
            ".": {},
            "f:auth": noted("header", "scheme", "type", "value"),
            ...noted("endpoint", "name", "provider", "region", "type", "version"),
            "f:rateLimits": noted("burst", "key", "requestsPerMinute"),
          },
        },
        "f:routes": {},
      },
    },
    manager: "kustomize-controller",
    operation: "Apply",
    time: "2026-08-06T08:00:00Z",
  },
  {
    apiVersion: API_VERSION,
    fieldsType: "FieldsV1",
    fieldsV1: {
      "f:status": {
        "f:conditions": {
          'k:{"type":"Ready"}': {
            ".": {},
            ...noted("lastTransitionTime", "message", "observedGeneration", "reason", "status", "type"),
          },
        },
        ...noted("observedGeneration", "phase"),
      },
    },
    manager: "gatehouse",
    operation: "Apply",
    subresource: "status",
    time: "2026-08-06T08:00:05Z",
  },
];
