/**
 * Which folder of `src` may import which, DESIGN section 11 as data. The folders
 * that later issues add stand here already, so that they arrive into an order.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  api: [],
  observability: [],
  kube: ["observability"],
  certificates: ["observability", "kube"],
  gateway: ["api"],
  policy: ["api"],
  mutate: ["api", "policy"],
  validate: ["api", "policy", "gateway"],
  review: ["api", "policy", "mutate", "validate"],
  floor: ["api", "policy", "validate"],
  source: ["api"],
  cluster: ["api", "policy", "kube", "observability"],
  controller: [
    "api",
    "observability",
    "kube",
    "certificates",
    "gateway",
    "policy",
    "mutate",
    "validate",
    "review",
    "cluster",
  ],
  server: ["api", "review", "source", "observability"],
  commands: [
    "api",
    "observability",
    "kube",
    "certificates",
    "gateway",
    "policy",
    "mutate",
    "validate",
    "review",
    "floor",
    "source",
    "cluster",
    "controller",
    "server",
    "config.ts",
  ],
  "main.ts": ["commands", "config.ts"],
  "config.ts": [],
};

/** A source file: its path below `src`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One import of ours: from which folder (or top file) into which. */
export interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Every import between our own files, type imports and dynamic ones too. */
export function importsOf(files: readonly SourceFile[]): readonly Import[] {
  return files.flatMap(({ path, text }) =>
    Array.from(text.matchAll(IMPORT), ([, specifier]) => ({
      file: path,
      from: top(path),
      to: target(path, specifier ?? ""),
    })).filter(({ to }) => to !== ""),
  );
}

/** What contradicts the table, a sentence each. */
export function layerFaults(files: readonly SourceFile[]): readonly string[] {
  const imports = importsOf(files);
  const unknown = files.map(({ path }) => top(path)).filter((folder) => !Object.hasOwn(MAY_IMPORT, folder));
  const forbidden = imports.filter(({ from, to }) => from !== to && !MAY_IMPORT[from]?.includes(to));
  return [
    ...new Set(unknown.map((folder) => `src/${folder} is not in the table`)),
    ...forbidden.map(({ file, from, to }) => `src/${file}: ${from} must not import ${to}`),
    ...cycles(imports).map((cycle) => `folders import each other: ${cycle.join(" -> ")}`),
  ];
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)["']([#.][^"']+)["']/g;

/** `#policy/x.ts` and `./x.ts` alike as the folder (or top file) they lead to; empty for packages. */
function target(importer: string, specifier: string): string {
  if (specifier === "#config") return "config.ts";
  if (specifier.startsWith("#")) return specifier.slice(1).split("/", 1)[0] ?? "";
  const path = new URL(specifier, `file:///src/${importer}`).pathname;
  return path.startsWith("/src/") ? top(path.slice("/src/".length)) : path;
}

function top(path: string): string {
  return path.split("/", 1)[0] ?? "";
}

/** Pairs of folders, each of which imports the other, perhaps by way of others. */
function cycles(imports: readonly Import[]): readonly (readonly string[])[] {
  const reach = new Map<string, Set<string>>();
  for (const { from, to } of imports) if (from !== to) reach.set(from, (reach.get(from) ?? new Set()).add(to));
  for (const [, reached] of reach)
    for (const middle of reached) for (const end of reach.get(middle) ?? []) reached.add(end);
  return [...reach].filter(([folder, reached]) => reached.has(folder)).map(([folder]) => [folder, "…", folder]);
}
