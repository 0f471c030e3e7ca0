import type { Config } from "#config";
import { parseOptions } from "./parse-options.ts";

/** An option of a command, as `--help` shows it and the parser takes it. */
export type Option =
  | { readonly type: "boolean"; readonly summary: string }
  | {
      readonly type: "string";
      /** What stands for the value in the help, such as `DIRECTORY`. */
      readonly placeholder: string;
      readonly summary: string;
      readonly default?: string;
      /** Whether it may be given several times. */
      readonly many?: true;
      /** The only values there are. */
      readonly values?: readonly string[];
    };

export type Options = Readonly<Record<string, Option>>;

/** The values that were given, or their defaults. */
export type ValuesOf<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { type: "boolean" }
    ? boolean
    : O[K] extends { many: true }
      ? readonly string[]
      : O[K] extends { default: string }
        ? string
        : string | undefined;
};

/** What a command has of the world. */
export interface CommandContext {
  readonly config: Config;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Writes what was asked for to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly complain: (text: string) => void;
}

export interface Command {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  readonly description: string;
  readonly options: Options;
  /** Runs with the words after the command's name; throws UsageError for what the user can put right. */
  readonly run: (words: readonly string[], context: CommandContext) => Promise<void>;
}

/** A command whose options are typed where it runs. */
export function command<const O extends Options>(definition: {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly options: O;
  readonly run: (values: ValuesOf<O>, context: CommandContext) => void | Promise<void>;
}): Command {
  return {
    ...definition,
    run: async (words, context) => definition.run(parseOptions(definition.name, definition.options, words), context),
  };
}
