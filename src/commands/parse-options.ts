import { parseArgs } from "node:util";
import { nearestName } from "#validate/nearest-name.ts";
import type { Option, Options, ValuesOf } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** As parseWords, for a command that takes nothing but options. */
export function parseOptions<O extends Options>(command: string, options: O, words: readonly string[]): ValuesOf<O> {
  const { values, operands } = parseWords(command, options, words);
  const [operand] = operands;
  if (operand !== undefined) throw fault(command, `unexpected argument '${operand}'`);
  return values;
}

/** What a command line says. */
export interface ParsedWords<O extends Options> {
  readonly values: ValuesOf<O>;
  /** The words that are neither options nor their values. */
  readonly operands: readonly string[];
}

/** The values of a command's options, and its operands; throws UsageError with what was probably meant. */
export function parseWords<O extends Options>(command: string, options: O, words: readonly string[]): ParsedWords<O> {
  const types = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
  // Not strict: its messages name no alternatives.
  const { tokens } = parseArgs({
    args: [...words],
    options: types,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, Given>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      operands.push(token.value);
      continue;
    }
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) throw fault(command, unknownOption(token.rawName, options));
    const before = given.get(token.name);
    const value = valueOf(command, token, option);
    if (takesMany(option)) given.set(token.name, [...listed(before), String(value)]);
    else if (before === undefined) given.set(token.name, value);
    else throw fault(command, `option '${token.rawName}' is given twice`);
  }
  const values = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, given.get(name) ?? defaultOf(option)]),
  ) as ValuesOf<O>;
  return { values, operands };
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

type Given = string | boolean | readonly string[];

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

function defaultOf(option: Option): Given | undefined {
  if (option.type === "boolean") return false;
  return option.many ? [] : option.default;
}

function listed(value: Given | undefined): readonly string[] {
  return typeof value === "object" ? value : [];
}

function takesMany(option: Option): boolean {
  return option.type === "string" && option.many === true;
}

function unknownOption(rawName: string, options: Options): string {
  const names = Object.keys(options).map((name) => `--${name}`);
  return `unknown option '${rawName}'${suggestion(rawName, [...names, "--help"])}`;
}

function fault(command: string, message: string): UsageError {
  return new UsageError(`${command}: ${message}`);
}
