import { RULES } from "#validate/rules.ts";
import { command } from "./command.ts";

const OUTPUTS = ["text", "json", "markdown"] as const;

export const rules = command({
  name: "rules",
  summary: "List the rules.",
  description: "Lists every rule with what it claims and what happens where no policy names it.",
  options: {
    output: { type: "string", placeholder: "FORMAT", summary: "How to print them.", default: "text", values: OUTPUTS },
  },
  run: ({ output }, { print }) => print(PRINTERS[output as (typeof OUTPUTS)[number]]()),
});

const PRINTERS: Readonly<Record<(typeof OUTPUTS)[number], () => string>> = {
  text: () => {
    const width = Math.max(...RULES.map(({ id }) => id.length));
    return RULES.map(({ id, action, claim }) => `${id.padEnd(width)}  ${action.padEnd(5)}  ${claim}\n`).join("");
  },
  json: () => `${JSON.stringify(RULES.map(ruleRecord), undefined, 2)}\n`,
  markdown: () =>
    [
      "# Rules",
      "",
      "Written by `npm run generate` from the list of rules. An AIGatewayPolicy may name another action for each in `spec.rules`.",
      "",
      "| rule | claim | default |",
      "|---|---|---|",
      ...RULES.map(({ id, claim, action, floor }) => {
        const shown = floor ? `${action}, which no policy may relax` : action;
        return `| \`${id}\` | ${claim.replaceAll("|", "\\|")} | ${shown} |`;
      }),
      "",
    ].join("\n"),
};

/** What is told of a rule, here and in `GET /v1/rules`. */
export function ruleRecord({ id, claim, why, action, floor }: (typeof RULES)[number]): object {
  return { id, claim, why, action, floor: floor === true };
}
