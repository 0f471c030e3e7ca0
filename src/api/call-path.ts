/** A call of an API that others have copied: where its path ends, and what models answer to it. */
export interface ModelCall {
  readonly suffix: string;
  /** First the one that it is made for. */
  readonly types: readonly [string, ...string[]];
}

/** The call that a path or URL ends with, without its query; undefined for nearly all of them. */
export function callAt(path: string): ModelCall | undefined {
  const end = endOf(path);
  if (LAST_LETTERS[path.charCodeAt(end - 1)] !== 1) return undefined;
  const calls = BY_LAST_SEGMENT.get(path.slice(path.lastIndexOf("/", end - 1) + 1, end));
  return calls?.find(({ suffix }) => path.endsWith(suffix, end));
}

/** Where the path ends, without a slash. */
function endOf(path: string): number {
  const query = path.indexOf("?");
  const fragment = path.indexOf("#");
  const end = Math.min(query < 0 ? path.length : query, fragment < 0 ? path.length : fragment);
  return path.charCodeAt(end - 1) === SLASH ? end - 1 : end;
}

const SLASH = 0x2f;

/** Language models also speak and moderate. */
const LANGUAGE: ModelCall["types"] = ["llm", "audio", "moderation"];

const CALLS: readonly ModelCall[] = [
  { suffix: "/chat/completions", types: LANGUAGE },
  { suffix: "/v1/completions", types: LANGUAGE },
  { suffix: "/v1/messages", types: LANGUAGE },
  { suffix: "/api/chat", types: LANGUAGE }, // Ollama
  { suffix: "/api/generate", types: LANGUAGE },
  { suffix: "/v1/embeddings", types: ["embedding"] },
  { suffix: "/api/embed", types: ["embedding"] },
  { suffix: "/v1/rerank", types: ["rerank"] },
  { suffix: "/v2/rerank", types: ["rerank"] },
  { suffix: "/v1/moderations", types: ["moderation"] },
  { suffix: "/images/generations", types: ["image-gen"] },
  { suffix: "/images/edits", types: ["image-gen"] },
  { suffix: "/images/variations", types: ["image-gen"] },
  { suffix: "/audio/speech", types: ["audio"] },
  { suffix: "/audio/transcriptions", types: ["audio"] },
  { suffix: "/audio/translations", types: ["audio"] },
];

const BY_LAST_SEGMENT: ReadonlyMap<string, readonly ModelCall[]> = Map.groupBy(CALLS, ({ suffix }) =>
  suffix.slice(suffix.lastIndexOf("/") + 1),
);

/** By the code of a letter: whether some call ends with it, as hardly any base URL does. */
const LAST_LETTERS = new Uint8Array(128);
for (const { suffix } of CALLS) LAST_LETTERS[suffix.charCodeAt(suffix.length - 1)] = 1;
