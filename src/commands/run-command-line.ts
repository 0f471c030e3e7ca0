import { type Command, type CommandContext } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { suggestion } from "./parse-options.ts";
import { UsageError } from "./usage-error.ts";
import { version } from "./version.ts";

/** Exit code of a command line that ran. */
const DONE = 0;

/** Runs the command that the words name and answers the exit code. Throws only for faults in the program itself. */
export async function runCommandLine(words: readonly string[], context: CommandContext): Promise<number> {
  try {
    await run(words, context);
    return DONE;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.complain(`gatehouse: ${error.message}\n`);
    return error.exitCode;
  }
}

async function run([first, ...rest]: readonly string[], context: CommandContext): Promise<void> {
  if (first === undefined) throw new UsageError(`a command is needed: ${NAMES.join(", ")}; see gatehouse --help`);
  if (isHelp(first)) {
    const [name] = rest;
    context.print(name === undefined ? generalHelp(COMMANDS) : commandHelp(commandNamed(name)));
  } else if (first === "--version") await version.run(rest, context);
  else {
    const command = commandNamed(first);
    if (rest.some((word) => HELP_OPTIONS.has(word))) context.print(commandHelp(command));
    else await command.run(rest, context);
  }
}

const NAMES: readonly string[] = COMMANDS.map(({ name }) => name);

const HELP_OPTIONS: ReadonlySet<string> = new Set(["--help", "-h"]);

function isHelp(word: string): boolean {
  return word === "help" || HELP_OPTIONS.has(word);
}

function commandNamed(name: string): Command {
  const command = COMMANDS.find((command) => command.name === name);
  if (command) return command;
  const what = name.startsWith("-") ? "option" : "command";
  throw new UsageError(`unknown ${what} '${name}'${suggestion(name, [...NAMES, "help", "--help", "--version"])}`);
}
