import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DirectoryWatch } from "./directory-watch.ts";
import { parseDocuments } from "./parse-documents.ts";
import { type SourceDocument, SourceError } from "./source-document.ts";

/** A document of a directory. */
export interface DirectoryDocument extends SourceDocument {
  readonly file: string;
}

/** What is wrong in a directory, and where. */
export interface DirectoryFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** Why a directory's objects cannot be used, a line for each fault. */
export class DirectoryError extends Error {
  override readonly name = "DirectoryError";
}

export interface ObjectDirectoryOptions {
  readonly directory: string;
  /** Takes over all of these documents, or says what is wrong with them and takes none. */
  readonly accept: (documents: readonly DirectoryDocument[]) => readonly DirectoryFault[];
  /** Told after each reload: that it was taken over, or why the state before it stays. */
  readonly onReload: (failed: DirectoryError | undefined) => void;
  readonly onTrouble: (reason: string) => void;
  readonly pollMilliseconds?: number;
}

/**
 * The YAML and JSON files of a directory, taken over together or not at all, and
 * again whenever they change. Hidden files and folders below are left alone,
 * which makes a mounted ConfigMap, with its `..data`, a directory like any other.
 */
export class ObjectDirectory implements Disposable {
  readonly #options: ObjectDirectoryOptions;
  #watch: DirectoryWatch | undefined;
  /** What was last read, good or bad: it is judged once. */
  #seen: string | undefined;

  constructor(options: ObjectDirectoryOptions) {
    this.#options = options;
  }

  /** Takes over what is there to start with; throws DirectoryError where it cannot be used. */
  async load(): Promise<void> {
    const files = await this.#read();
    this.#seen = JSON.stringify(files);
    this.#takeOver(files);
  }

  /** Follows changes until disposed of. */
  start(): void {
    const { directory, onTrouble, pollMilliseconds } = this.#options;
    this.#watch = new DirectoryWatch({
      directory,
      onTrouble,
      onChange: () => this.#reload(),
      ...(pollMilliseconds === undefined ? {} : { pollMilliseconds }),
    });
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
  }

  async #reload(): Promise<void> {
    const { onReload } = this.#options;
    try {
      const files = await this.#readSettled();
      if (files === undefined) return;
      this.#takeOver(files);
      onReload(undefined);
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      onReload(error);
    }
  }

  /** What is there once nobody writes any more: a file that is being copied is empty first. Undefined when nothing changed. */
  async #readSettled(): Promise<readonly TextFile[] | undefined> {
    for (;;) {
      const files = await this.#read();
      const text = JSON.stringify(files);
      if (text === this.#seen) return undefined;
      await setTimeout(SETTLE_MILLISECONDS, undefined, { ref: false });
      if (text !== JSON.stringify(await this.#read())) continue;
      this.#seen = text;
      return files;
    }
  }

  async #read(): Promise<readonly TextFile[]> {
    const { directory } = this.#options;
    try {
      const names = (await readdir(directory)).filter((name) => OBJECT_FILE.test(name)).sort();
      return await Promise.all(
        names.map(async (name) => ({ file: name, text: await readFile(join(directory, name), "utf8") })),
      );
    } catch (cause) {
      throw new DirectoryError(`cannot read directory ${directory}: ${reasonOf(cause)}`, { cause });
    }
  }

  #takeOver(files: readonly TextFile[]): void {
    const { directory, accept } = this.#options;
    const read = files.map(documentsOf);
    const unreadable = read.filter((one) => "reason" in one);
    const faults = unreadable.length > 0 ? unreadable : accept(read.flatMap((one) => ("reason" in one ? [] : one)));
    if (faults.length === 0) return;
    throw new DirectoryError(
      faults
        .map(({ file, line, column, reason }) => `${join(directory, file)}:${line}:${column}: ${reason}`)
        .join("\n"),
    );
  }
}

/** The pause between two writes of one file by an editor or a copy. */
const SETTLE_MILLISECONDS = 50;

interface TextFile {
  readonly file: string;
  readonly text: string;
}

const OBJECT_FILE = /^[^.].*\.(ya?ml|json)$/;

function documentsOf({ file, text }: TextFile): readonly DirectoryDocument[] | DirectoryFault {
  try {
    return parseDocuments(text).map((document) => ({ ...document, file }));
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { file, line: error.line, column: error.column, reason: error.message };
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return "it does not exist";
  if (code === "ENOTDIR") return "it is not a directory";
  return cause instanceof Error ? cause.message : String(cause);
}
