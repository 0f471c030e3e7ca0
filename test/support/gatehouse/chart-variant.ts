import { cp, mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { CHART } from "./helm-release.ts";

/** The chart as a later version might be. */
export interface ChartVariant extends AsyncDisposable {
  readonly directory: string;
}

/** A copy of the chart in which the CRD of AIGatewayConfig has one more optional field: `spec.remark`. */
export async function chartWithAnotherField(): Promise<ChartVariant> {
  const copy = await copyOfChart();
  const file = join(copy.directory, "templates/crds.yaml");
  const definitions = parseAllDocuments(await readFile(file, "utf8"));
  const changed = definitions.find((document) => document.getIn(["spec", "names", "kind"]) === "AIGatewayConfig");
  if (changed === undefined) throw new Error(`${file} holds no CRD of AIGatewayConfig`);
  changed.setIn([...PATH_TO_SPEC, "properties", "remark"], { type: "string", maxLength: 63 });
  await writeFile(file, definitions.map((document) => stringify(document)).join("---\n"));
  return copy;
}

/** A copy of the chart in this version, which is that of the program, too. */
export async function chartOfVersion(version: string): Promise<ChartVariant> {
  const copy = await copyOfChart();
  const file = join(copy.directory, "Chart.yaml");
  const about = parse(await readFile(file, "utf8")) as object;
  await writeFile(file, stringify({ ...about, version, appVersion: version }));
  return copy;
}

async function copyOfChart(): Promise<ChartVariant> {
  const folder = await mkdtempDisposable(join(tmpdir(), "gatehouse-chart-"));
  const directory = join(folder.path, "webhook");
  await cp(CHART, directory, { recursive: true });
  return { directory, [Symbol.asyncDispose]: () => folder.remove() };
}

const PATH_TO_SPEC = ["spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "spec"];
