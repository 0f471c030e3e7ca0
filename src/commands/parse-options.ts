import { parseArgs } from "node:util";
import { nearestName } from "#validate/nearest-name.ts";
import type { Option, Options, ValuesOf } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** The values of a command's options; throws UsageError with what was probably meant. */
export function parseOptions<O extends Options>(command: string, options: O, words: readonly string[]): ValuesOf<O> {
  const types = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
  // Not strict: its messages name no alternatives.
  const { tokens } = parseArgs({
    args: [...words],
    options: types,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string | boolean>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") throw fault(command, `unexpected argument '${token.value}'`);
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) throw fault(command, unknownOption(token.rawName, options));
    if (given.has(token.name)) throw fault(command, `option '${token.rawName}' is given twice`);
    given.set(token.name, valueOf(command, token, option));
  }
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, given.get(name) ?? defaultOf(option)]),
  ) as ValuesOf<O>;
}

/** `; did you mean 'x'?`, or nothing. */
export function suggestion(sought: string, names: Iterable<string>): string {
  const nearest = nearestName(sought, names);
  return nearest === undefined ? "" : `; did you mean '${nearest}'?`;
}

/** One of a few words, or a UsageError that names them. */
export function oneOf<const V extends string>(what: string, value: string, values: readonly V[]): V {
  const known = values.find((one) => one === value);
  if (known !== undefined) return known;
  throw new UsageError(
    `${what} must be one of ${values.map((one) => `'${one}'`).join(", ")}, not '${value}'${suggestion(value, values)}`,
  );
}

interface OptionToken {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueOf(command: string, { rawName, value, inlineValue }: OptionToken, option: Option): string | boolean {
  if (option.type === "boolean") {
    if (value !== undefined) throw fault(command, `option '${rawName}' takes no value`);
    return true;
  }
  const isMissing = value === undefined || value === "" || (!inlineValue && value.startsWith("--"));
  if (isMissing) throw fault(command, `option '${rawName}' needs a value: ${rawName} ${option.placeholder}`);
  return option.values ? oneOf(`option '${rawName}'`, value, option.values) : value;
}

function defaultOf(option: Option): string | boolean | undefined {
  return option.type === "boolean" ? false : option.default;
}

function unknownOption(rawName: string, options: Options): string {
  const names = Object.keys(options).map((name) => `--${name}`);
  return `unknown option '${rawName}'${suggestion(rawName, [...names, "--help"])}`;
}

function fault(command: string, message: string): UsageError {
  return new UsageError(`${command}: ${message}`);
}
