import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Rendered } from "#gateway/rendering.ts";
import { writeAtomicDirectory } from "../atomic-directory.ts";
import { type RenderingCase, rendered } from "../rendering-case.ts";
import { envoyProgram } from "./envoy.ts";

/**
 * What Envoy's own checker finds wrong with what is written for a case; undefined,
 * if nothing. It reads the file that it is given and Secrets, so all else that is
 * read while Envoy runs is put into that file.
 */
export async function envoyFault(checked: RenderingCase): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), "envoy-"));
  try {
    const { files, secrets } = rendered("envoy", { ...checked, parameters: { configDirectory: directory } });
    await writeAtomicDirectory(directory, new Map(Object.entries({ ...files, ...secrets })));
    const file = join(directory, "all.json");
    await writeFile(file, JSON.stringify(asOne(files)));
    const words = ["--mode", "validate", "-c", file, "--log-level", "critical", "--use-dynamic-base-id"];
    await promisify(execFile)(await envoyProgram(), words);
    return undefined;
  } catch (error) {
    return (error as { stderr?: string }).stderr ?? String(error);
  } finally {
    await rm(directory, { recursive: true });
  }
}

function asOne(files: Rendered["files"]): unknown {
  const parsed = (file: string) => JSON.parse(files[file] ?? "{}") as { readonly resources: readonly object[] };
  const [routes] = parsed("rds.json").resources;
  const { dynamic_resources: _, ...bootstrap } = JSON.parse(files["bootstrap.json"] ?? "{}") as Bootstrap;
  const listeners = withField(parsed("lds.json").resources, "rds", "route_config", routes);
  return {
    ...bootstrap,
    static_resources: { listeners: untyped(listeners), clusters: untyped(parsed("cds.json").resources) },
  };
}

interface Bootstrap {
  readonly dynamic_resources?: unknown;
}

/** Lists of listeners and clusters hold nothing else, and so no type. */
function untyped(resources: unknown): readonly object[] {
  return (resources as readonly object[]).map((resource) => ({ ...resource, "@type": undefined }));
}

/** The same with another field in place of one, however deep. */
function withField(value: unknown, field: string, other: string, content: object | undefined): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withField(item, field, other, content));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) =>
    key === field ? [other, { ...content, "@type": undefined }] : [key, withField(inner, field, other, content)],
  );
  return Object.fromEntries(entries) as unknown;
}
