import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Adapter, GATEWAY_PARTS, type GatewayPart } from "#gateway/adapter.ts";
import { ADAPTERS } from "#gateway/adapters.ts";
import { MAX_RENDERED_BYTES } from "#gateway/footprint.ts";
import type { Lack } from "#gateway/lack.ts";

/** `docs/gateways.md`: what each gateway can do, from the data that the rules judge by. */
function gatewaysDocument(): string {
  return [
    "# Gateways",
    "",
    "Written by `npm run generate` from `src/gateway`. The `adapter` of an AIGatewayClass says for which gateway the",
    "configurations of that class are written. How to deploy each, and what becomes of what:",
    "",
    ...ADAPTERS.filter(hasOwnPage).map(({ name }) => `- [\`${name}\`](gateways/${name}.md)`),
    "",
    "What a gateway can do nothing with is refused by the rule",
    "[`unsupported-by-gateway`](rules.md#unsupported-by-gateway), unless a policy says otherwise; where a policy or an",
    "approval fills it in, where the gateway does a part of it, and for objects that other objects tie to a gateway, it is",
    "a warning. `json` is the configuration as it stands, for a gateway of your own: what that one honours, it must know",
    "itself. A class with another `controllerName` has another controller, of whose gateways nothing is claimed.",
    "",
    "What is in no table, every gateway can do.",
    "",
    ...GATEWAY_PARTS.flatMap((part) => [`## ${TITLES[part]}`, "", ...table("field", rowsOf(part)), ""]),
    "## Texts",
    "",
    "Gateways replace placeholders in the texts of their configuration. What users write arrives as they wrote it:",
    "it is escaped, or refused where the gateway has no escape. `${NAME}` is the one way to a variable, and only for",
    "those that the class allows.",
    "",
    ...table("", [
      [
        "replaced by the gateway",
        ...ADAPTERS.map(({ expansion: { syntax } }) => (syntax === undefined ? "nothing" : code(syntax))),
      ],
      ["what we do about it", ...ADAPTERS.map(treatment)],
      ["`${NAME}` may stand", ...ADAPTERS.map(({ expansion }) => expansion.variables)],
    ]),
    "",
    "## Names",
    "",
    "Two names that become one are refused by [`name-collision`](rules.md#name-collision).",
    "",
    ...table("", [["names become", ...ADAPTERS.map(({ identifiers }) => identifiers.form)]]),
    "",
    "## Length",
    "",
    `A ConfigMap or Secret has room for ${MAX_RENDERED_BYTES.toLocaleString("en")} bytes of ours. The rule [\`size\`](rules.md#size) adds up, at most:`,
    "",
    ...table(
      "bytes",
      LENGTHS.map(([title, of]) => [title, ...ADAPTERS.map(({ footprint }) => of(footprint).toLocaleString("en"))]),
    ),
    "",
  ].join("\n");
}

function hasOwnPage({ name }: Adapter): boolean {
  return existsSync(join(import.meta.dirname, "../../docs/gateways", `${name}.md`));
}

const TITLES: Readonly<Record<GatewayPart, string>> = {
  model: "Models",
  route: "Routes",
  policy: "Policies of a gateway",
  limit: "Limits of a RateLimitPolicy",
  integration: "Integrations",
};

const LENGTHS: readonly (readonly [string, (footprint: Adapter["footprint"]) => number])[] = [
  ["whatever it holds", ({ base }) => base],
  ["for each model", ({ model }) => model],
  ["for each route", ({ route }) => route],
  ["for each target and fallback", ({ link }) => link],
  ["for each further try of a target", (footprint) => footprint.try],
  ["for each policy", ({ policy }) => policy],
  ["for each byte of JSON in the object", ({ copies }) => copies],
];

/** A row for each field that some gateway lacks. */
function rowsOf(part: GatewayPart): readonly (readonly string[])[] {
  const rows = new Map(ADAPTERS.flatMap(({ lacks }) => lacks[part].map((lack) => [titleOf(lack), lack])));
  const cells = (row: Lack) => ADAPTERS.map(({ lacks }) => said(lacks[part].find((lack) => isAbout(lack, row))));
  return Array.from(rows)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([title, row]) => [title, ...cells(row)]);
}

/** The lack itself, or that of a whole of which the row is a part. */
function isAbout(lack: Lack, row: Lack): boolean {
  if (titleOf(lack) === titleOf(row)) return true;
  if (lack.value !== undefined && (lack.field === "type" || lack.field === "provider")) return lack.value === row.of;
  if (row.above !== undefined) return false;
  return lack.value === undefined && row.field.startsWith(`${lack.field}.`);
}

function titleOf({ field, value, above, except, exceptAs, of, ending, isNeeded }: Lack): string {
  if (isNeeded) return `no ${code(field)}`;
  if (ending !== undefined) return `${code(field)} that ends with ${code(ending)}`;
  if (above !== undefined) return `${code(field)} above ${above.toLocaleString("en")}`;
  const meant = value === undefined ? "" : ` as ${code(value)}`;
  const other = except === undefined ? "" : ` other than ${code(except)}`;
  const unlike = exceptAs === undefined ? "" : ` other than ${code(exceptAs)}`;
  return `${code(field)}${of === undefined ? "" : ` of ${code(of)}`}${meant}${other}${unlike}`;
}

function said(lack: Lack | undefined): string {
  if (lack === undefined) return "yes";
  if (lack.unless) return `with a known ${code(lack.unless.field)}: ${lack.unless.values.map(code).join(", ")}`;
  return `${lack.isPartly ? "partly" : "no"}: ${lack.because}`;
}

function treatment({ expansion: { syntax, escape } }: Adapter): string {
  if (syntax === undefined) return "nothing";
  return escape ? `written as ${code(escape(syntax))}` : "a text that begins so is refused";
}

function code(text: string): string {
  return `\`${text}\``;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function table(head: string, rows: readonly (readonly string[])[]): readonly string[] {
  return [
    line([head, ...ADAPTERS.map(({ name }) => name)]),
    `|${"---|".repeat(ADAPTERS.length + 1)}`,
    ...rows.map(line),
  ];
}

if (import.meta.main) process.stdout.write(gatewaysDocument());
