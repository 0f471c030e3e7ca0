import { type KnownProvider, wordsOf } from "#policy/known-provider.ts";
import { nearestName } from "./nearest-name.ts";

/**
 * The id that was probably meant by one that a provider does not have: the same but
 * for letter case and signs, or but for misspelt words. Words that are known in
 * another order or with other numbers are no slip but a model that is newer than
 * the data.
 */
export function misspeltModelId(id: string, provider: KnownProvider): string | undefined {
  const prefix = provider.prefixOf(id);
  const meant = meantBy(id.slice(prefix.length), provider);
  return meant === undefined ? undefined : prefix + meant;
}

function meantBy(id: string, provider: KnownProvider): string | undefined {
  const same = provider.spelledAs(id);
  if (same !== undefined) return isTheSame(same, id, provider) ? undefined : same;
  const corrected = withWordsCorrected(id, provider.words);
  if (corrected === undefined) return undefined;
  return provider.spelledAs(corrected) ?? (provider.find(corrected) ? corrected : undefined);
}

/** Letter case alone proves nothing where the data does not have every id. */
function isTheSame(known: string, id: string, { isComplete }: KnownProvider): boolean {
  return !isComplete && known.toLowerCase() === id.toLowerCase();
}

/** Undefined where there is a word, or more than a few, that is like none. */
function withWordsCorrected(id: string, known: ReadonlySet<string>): string | undefined {
  let corrected = id.toLowerCase();
  const unknown = wordsOf(id).filter((word) => !known.has(word));
  if (unknown.length === 0 || unknown.length > MAX_MISSPELT) return undefined;
  for (const word of unknown) {
    const meant = word.length < MIN_LETTERS ? undefined : nearestName(word, known);
    if (meant === undefined || meant.length < MIN_LETTERS + 1) return undefined;
    corrected = corrected.replace(word, meant);
  }
  return corrected;
}

/** Who misspells more means something else. */
const MAX_MISSPELT = 2;

/** Shorter words are like too many others. */
const MIN_LETTERS = 3;
