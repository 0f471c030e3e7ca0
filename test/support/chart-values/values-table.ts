import type { DocumentedValue } from "./documented-values.ts";

const START = "<!-- values: written by `npm run generate` from the comments of values.yaml -->\n";
const END = "<!-- end of values -->\n";

/** The README with the table of the values between its two marks. */
export function withValuesTable(readme: string, values: readonly DocumentedValue[]): string {
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`the chart's README must have the lines ${START}and ${END}`);
  return `${readme.slice(0, start)}${START}\n${table(values)}\n${readme.slice(end)}`;
}

function table(values: readonly DocumentedValue[]): string {
  const rows = values.map(({ path, default: value, comment }) => [
    code(path.join(".")),
    code(JSON.stringify(value)),
    comment,
  ]);
  return [["value", "default", ""], ["---", "---", "---"], ...rows].map(line).join("");
}

function code(text: string): string {
  return `\`${text}\``;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
}
