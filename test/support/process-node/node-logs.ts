import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createLogger, type Logger } from "#observability/logger.ts";

/** Those of the nodes that run in this process. */
const ALL = new Set<NodeLogs>();

/** The end of each log of each node that runs here, for somebody who wonders why a test fails; empty without a node. */
export async function endsOfAllLogs(): Promise<string> {
  return (await Promise.all(Array.from(ALL, (logs) => logs.ends()))).join("\n");
}

/** What a node and its containers have written; that of Pods which are gone, too. */
export class NodeLogs implements Disposable {
  /** For the node itself. */
  readonly logger: Logger;
  readonly #directory: string;
  readonly #lines: string[] = [];

  constructor(directory: string) {
    mkdirSync(directory);
    this.#directory = directory;
    this.logger = createLogger("info", { write: (line) => void this.#lines.push(line) });
    ALL.add(this);
  }

  [Symbol.dispose](): void {
    ALL.delete(this);
  }

  /** A container's file, in which each of its processes goes on. */
  fileOf(namespace: string, pod: string, container: string): string {
    return join(this.#directory, `${namespace}_${pod}_${container}.log`);
  }

  /** Empty where it never ran. */
  read(namespace: string, pod: string, container: string): string {
    const file = this.fileOf(namespace, pod, container);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** The end of each, for somebody who wonders why a test fails. */
  async ends(): Promise<string> {
    const files = (await readdir(this.#directory)).sort();
    const texts = files.map(async (file) => `--- ${file}\n${end(await readFile(join(this.#directory, file), "utf8"))}`);
    return [...(await Promise.all(texts)), `--- the node\n${end(this.#lines.join(""))}`].join("\n");
  }
}

function end(text: string): string {
  return text.trimEnd().split("\n").slice(-LINES).join("\n");
}

/** Of each log: enough for a stack and what came before it. */
const LINES = 40;
