import type { Options } from "../command.ts";
import { inFull } from "../short-options.ts";
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
