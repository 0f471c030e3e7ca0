import type { Command, Option } from "./command.ts";

/** The help of the whole program. */
export function generalHelp(commands: readonly Command[]): string {
  return lines(
    "Gatehouse guards the configuration of AI gateways on Kubernetes.",
    "",
    "Usage: gatehouse COMMAND [OPTIONS]",
    "",
    "Commands:",
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    "",
    "Options:",
    ...columns([
      ["--help", "Show this help, or with a command its own."],
      ["--version", "Show the version."],
    ]),
    "",
    "Environment:",
    ...columns([
      ["GATEHOUSE_LOG_LEVEL", "What serve logs, where --log-level is not given."],
      ["KUBECONFIG", "The cluster, where --kubeconfig is not given. Else it is that of the Pod."],
    ]),
    "",
    "Exit codes: 0 done, 1 a fault in Gatehouse, 2 something to put right in the command line or its",
    "files. A command that has more of them names them in its help.",
  );
}

/** A command, perhaps with words that are no options, such as `KIND`. */
type Described = Command & { readonly operands?: string };

/** The help of one command. */
export function commandHelp({ name, operands = "", description, options }: Described): string {
  const rows = Object.entries(options).map(([option, definition]) => optionRow(option, definition));
  return lines(
    description,
    "",
    `Usage: ${["gatehouse", name, operands, rows.length > 0 ? "[OPTIONS]" : ""].filter(Boolean).join(" ")}`,
    "",
    "Options:",
    ...columns([...rows, ["--help", "Show this help."]]),
  );
}

function optionRow(name: string, option: Option): readonly [string, string] {
  if (option.type === "boolean") return [`--${name}`, option.summary];
  const values = option.values ? ` One of ${option.values.join(", ")}.` : "";
  const otherwise = option.default === undefined ? "" : ` Default: ${option.default}.`;
  const again = option.many ? " May be given several times." : "";
  return [`--${name} ${option.placeholder}`, `${option.summary}${again}${values}${otherwise}`];
}

/** Names on the left, and on the right what they mean, on as many lines as that takes. */
function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.flatMap(([name, text]) =>
    wrapped(text, MAX_COLUMNS - width - 4).map(
      (line, index) => `  ${(index === 0 ? name : "").padEnd(width)}  ${line}`,
    ),
  );
}

/** Fits a terminal, and what is pasted from one. */
const MAX_COLUMNS = 100;

function wrapped(text: string, columns: number): readonly string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function lines(...text: readonly string[]): string {
  return `${text.join("\n")}\n`;
}
