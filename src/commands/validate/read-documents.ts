import { glob, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { valueAt } from "#api/field-path.ts";
import { plainText } from "#review/plain-text.ts";
import { MAX_CAUSE_RUNES } from "#server/denial.ts";
import type { DirectoryDocument } from "#source/object-directory.ts";
import { parseDocuments } from "#source/parse-documents.ts";
import { SourceError } from "#source/source-document.ts";
import { UsageError } from "../usage-error.ts";

/** A document of a file, and its place among the file's documents. */
export interface FileDocument extends DirectoryDocument {
  readonly index: number;
}

/**
 * The documents of all files that the paths name, in their order. What is found in a
 * directory and is no object of Kubernetes, such as a package.json, is left out.
 * Throws UsageError with every file that cannot be read.
 */
export async function readDocuments(paths: readonly string[], command = "validate"): Promise<readonly FileDocument[]> {
  const found = (await Promise.all(paths.map((path) => filesAt(path, command)))).flat();
  const isNamed = new Map(found.map(({ file, isNamed }) => [file, isNamed]));
  const faults: string[] = [];
  const documents: FileDocument[] = [];
  for (const [file, named] of isNamed) {
    try {
      const all = await documentsOf(file);
      documents.push(...(named ? all : all.filter(({ value }) => isObject(value))));
    } catch (error) {
      faults.push(faultOf(file, error));
    }
  }
  if (faults.length > 0) throw new UsageError([`${command}: some files cannot be read:`, ...faults].join("\n"));
  return documents;
}

interface Found {
  readonly file: string;
  /** Rather than found in a directory or by a pattern. */
  readonly isNamed: boolean;
}

async function filesAt(path: string, command: string): Promise<readonly Found[]> {
  if (path === STANDARD_INPUT) return [{ file: path, isNamed: true }];
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory() === true) return matching(OBJECT_FILES, path, command);
  if (stats !== undefined) return [{ file: path, isNamed: true }];
  if (/[*?[{]/.test(path)) return matching(path, "", command);
  throw new UsageError(`${command}: no file or directory ${path}`);
}

const STANDARD_INPUT = "-";

const OBJECT_FILES = "**/*.{yaml,yml,json}";

async function matching(pattern: string, directory: string, command: string): Promise<readonly Found[]> {
  const files: string[] = [];
  for await (const name of glob(pattern, directory === "" ? {} : { cwd: directory })) {
    const file = join(directory, name);
    if (!HIDDEN.test(name) && !(await isDirectory(file))) files.push(file);
  }
  if (files.length === 0) throw new UsageError(`${command}: no file matches ${join(directory, pattern)}`);
  return files.toSorted().map((file) => ({ file, isNamed: false }));
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** Git's and editors' own files, and what packages brought. */
const HIDDEN = /(^|\/)(\.[^./]|node_modules\/)/;

async function documentsOf(file: string): Promise<readonly FileDocument[]> {
  const bytes = file === STANDARD_INPUT ? Buffer.from(await textOf(process.stdin)) : await readFile(file);
  return parseDocuments(strictUtf8.decode(bytes)).map((document, index) => ({ ...document, file, index }));
}

/** Half of one counts: it may be a slip. */
function isObject(value: unknown): boolean {
  return valueAt(value, ["apiVersion"]) !== undefined || valueAt(value, ["kind"]) !== undefined;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

function faultOf(path: string, error: unknown): string {
  const file = plainText(path, MAX_CAUSE_RUNES);
  if (error instanceof SourceError) return `${file}:${error.line}:${error.column}: ${error.message}`;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return `${file}: must be YAML or JSON in UTF-8`;
  if (code === "EACCES") return `${file}: may not be read`;
  if (code === "EISDIR" || code === "ENOENT") return `${file}: is no file`;
  throw error;
}
