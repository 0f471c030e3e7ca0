/** A call of an API that others have copied: where its path ends, and what models answer to it. */
export interface ModelCall {
  readonly suffix: string;
  /** First the one that it is made for. */
  readonly types: readonly [string, ...string[]];
}

/** The call that a path or URL ends with, without its query; undefined for nearly all of them. */
export function callAt(path: string): ModelCall | undefined {
  const end = endOf(path);
  const calls = BY_LAST_SEGMENT.get(path.slice(path.lastIndexOf("/", end - 1) + 1, end));
  return calls?.find(({ suffix }) => path.endsWith(suffix, end));
}

/** Where the path ends, without a slash. */
function endOf(path: string): number {
  const query = path.search(QUERY);
  const end = query < 0 ? path.length : query;
  return path[end - 1] === "/" ? end - 1 : end;
}

const QUERY = /[?#]/;

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
