import type { Options } from "../command.ts";
import { UsageError } from "../usage-error.ts";

export interface WatchWords {
  readonly kind: string;
  /** The options, by their long names, and whatever else there is, for the parser of options to complain of. */
  readonly words: readonly string[];
}

/** Takes the kind out of the command line, and writes in full what kubectl has taught everybody's fingers. */
export function watchWords(words: readonly string[], options: Options): WatchWords {
  let kind = "";
  const long: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (kind === "" && !word.startsWith("-")) kind = word;
    else {
      const option = inFull(word);
      const takesValue = options[option.slice(2)]?.type === "string";
      const value = takesValue ? rest.shift() : undefined;
      long.push(value === undefined ? option : `${option}=${value}`);
    }
  }
  if (kind === "") {
    throw new UsageError(
      "watch: a kind is needed, such as configmaps: gatehouse watch KIND; see gatehouse watch --help",
    );
  }
  return { kind, words: long };
}

/** `-n`, `-nshop` and `-n=shop` as `--namespace`, `--namespace=shop`; anything else as it is. */
function inFull(word: string): string {
  const name = SHORT[word.slice(0, 2)];
  if (name === undefined) return word;
  const value = word.slice(2).replace(/^=/, "");
  return value === "" ? `--${name}` : `--${name}=${value}`;
}

const SHORT: Readonly<Record<string, string>> = {
  "-n": "namespace",
  "-A": "all-namespaces",
  "-l": "selector",
  "-o": "output",
};
