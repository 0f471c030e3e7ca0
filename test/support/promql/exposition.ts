/** What a program shows at `/metrics`. */
export interface Exposition {
  /** Names with HELP and TYPE, those without a series too. */
  readonly families: readonly string[];
  /** The label sets of each name of a sample, such as `x_bucket`. */
  readonly series: ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>;
}

/** Reads the text format, of one program or of several. */
export function readExposition(text: string): Exposition {
  const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);
  const series = new Map<string, Readonly<Record<string, string>>[]>();
  for (const [, name = "", labels = ""] of text.matchAll(SAMPLE)) {
    const pairs = [...labels.matchAll(PAIR)].map(([, label = "", value = ""]) => [label, value] as const);
    const known = series.get(name) ?? [];
    series.set(name, [...known, Object.fromEntries(pairs)]);
  }
  return { families, series };
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/gm;
const PAIR = /(\w+)="((?:[^"\\]|\\.)*)"/g;
