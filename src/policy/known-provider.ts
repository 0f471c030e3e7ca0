import type { KnownModel, ProviderData } from "./model-data.ts";
import { prefixOf } from "./model-pattern.ts";

/** A provider and its models, by id. */
export class KnownProvider {
  readonly id: string;
  /** Whether an id that is like none of its models can be no model of it. */
  readonly isComplete: boolean;
  readonly #exact = new Map<string, KnownModel>();
  readonly #prefixesByLength = new Map<number, Map<string, KnownModel>>();
  readonly #idPrefixes: readonly string[];
  readonly #squeezed = new Map<string, string>();
  readonly #words = new Set<string>();
  readonly #families = new Set<string>();

  constructor({ id, complete = false, idPrefixes = [], models }: ProviderData) {
    this.id = id;
    this.isComplete = complete;
    this.#idPrefixes = idPrefixes;
    for (const { ids, ...model } of models) for (const pattern of ids) this.#add(pattern, model);
  }

  /** The model of an id; of several patterns that match, the longest says what it is. */
  find(id: string): KnownModel | undefined {
    const found = this.#find(id);
    if (found || this.#idPrefixes.length === 0) return found;
    const prefix = this.prefixOf(id);
    return prefix === "" ? undefined : this.#find(id.slice(prefix.length));
  }

  /** What stands before an id without being part of it, such as a region. Mostly empty. */
  prefixOf(id: string): string {
    return this.#idPrefixes.find((prefix) => id.startsWith(prefix)) ?? "";
  }

  /** The exact ids. */
  ids(): Iterable<string> {
    return this.#exact.keys();
  }

  /** The words that its ids are made of, in lower case: `gpt` and `mini` in `gpt-5-mini`. */
  get words(): ReadonlySet<string> {
    return this.#words;
  }

  /** The words that its ids begin with. */
  get families(): ReadonlySet<string> {
    return this.#families;
  }

  /** The id that is the same but for letter case and signs, as `gpt-4.1` is for `GPT-4-1`. */
  spelledAs(id: string): string | undefined {
    return this.#squeezed.get(squeezed(id));
  }

  #add(pattern: string, model: KnownModel): void {
    const prefix = prefixOf(pattern);
    if (prefix === undefined) this.#exact.set(pattern, model);
    else this.#prefixesOf(prefix.length).set(prefix, model);
    const key = squeezed(prefix ?? pattern);
    if (!this.#squeezed.has(key)) this.#squeezed.set(key, prefix ?? pattern);
    const words = wordsOf(prefix ?? pattern);
    for (const word of words) this.#words.add(word);
    if (words[0] !== undefined) this.#families.add(words[0]);
  }

  #prefixesOf(length: number): Map<string, KnownModel> {
    const known = this.#prefixesByLength.get(length) ?? new Map<string, KnownModel>();
    this.#prefixesByLength.set(length, known);
    return known;
  }

  #find(id: string): KnownModel | undefined {
    const exact = this.#exact.get(id);
    if (exact) return exact;
    let longest = -1;
    let found: KnownModel | undefined;
    for (const [length, prefixes] of this.#prefixesByLength) {
      if (length <= longest || length > id.length) continue;
      const model = prefixes.get(id.slice(0, length));
      if (model) [longest, found] = [length, model];
    }
    return found;
  }
}

/** The runs of letters in an id, in lower case. */
export function wordsOf(id: string): readonly string[] {
  return id.toLowerCase().match(/[a-z]+/g) ?? [];
}

function squeezed(id: string): string {
  return id.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
