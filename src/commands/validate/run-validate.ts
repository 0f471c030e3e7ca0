import { valueAt } from "#api/field-path.ts";
import { FactIndex, isFactKind } from "#policy/fact-index.ts";
import type { ModelIndex } from "#policy/model-index.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { isStoredKind } from "#policy/stored-objects.ts";
import { reviewDocument } from "#review/document.ts";
import { plainText } from "#review/plain-text.ts";
import { MAX_CAUSE_RUNES } from "#server/denial.ts";
import { documentReport } from "#server/validate-text.ts";
import type { CommandContext, ValuesOf } from "../command.ts";
import { FileFacts } from "../file-facts.ts";
import { inNamespace } from "../in-namespace.ts";
import { modelsFrom } from "../models-from.ts";
import { githubReport } from "../reports/github-report.ts";
import { junitReport } from "../reports/junit-report.ts";
import { sarifReport } from "../reports/sarif-report.ts";
import { UsageError } from "../usage-error.ts";
import { programVersion } from "../version.ts";
import { givenSecrets } from "./given-secrets.ts";
import { type FileDocument, readDocuments } from "./read-documents.ts";
import type { VALIDATE_OPTIONS } from "./validate-options.ts";
import { type FileReport, isJudged, verdictsJson, verdictsText } from "./verdicts.ts";

/** Exit code of a run in which an object was denied. */
const DENIED = 1;

/** Judges files and prints the verdicts. Throws UsageError for what is denied, and for what cannot be judged. */
export async function runValidate(
  paths: readonly string[],
  { policy, namespace, output, "model-data": modelData }: ValuesOf<typeof VALIDATE_OPTIONS>,
  { print }: Pick<CommandContext, "print">,
): Promise<void> {
  if (paths.length === 0) {
    throw new UsageError(
      "validate: a file is needed: gatehouse validate FILES…, or - for standard input; see gatehouse validate --help",
    );
  }
  const documents = (await readDocuments(paths)).map((document) => ({
    ...document,
    value: inNamespace(document.value, namespace),
  }));
  const models = await modelsFrom(modelData, "validate");
  const facts =
    policy === undefined
      ? documents.filter(isFact)
      : [...(await readDocuments([policy])), ...documents.filter(isOfTeam)];
  const lookup = factsAmong(facts, models);
  const secrets = givenSecrets(
    documents.map(({ value }) => value),
    namespace,
  );
  const context = { lookup, now: Date.now(), ...(secrets && { secrets }) };
  const judge = (object: unknown) => reviewDocument(object, context);
  const reports = documents.map((document) => ({
    file: document.file,
    ...documentReport(document, document.index, judge),
  }));
  print(PRINTERS[output as Format](reports, await programVersion()));
  const denied = reports.filter(({ allowed }) => !allowed).length;
  if (denied > 0) {
    const subject = denied === 1 ? "1 object is" : `${denied} objects are`;
    throw new UsageError(`${subject} denied`, { exitCode: DENIED });
  }
}

type Format = (typeof VALIDATE_OPTIONS)["output"]["values"][number];

const PRINTERS: Readonly<Record<Format, (reports: readonly FileReport[], version: string) => string>> = {
  text: verdictsText,
  json: verdictsJson,
  sarif: (reports, version) => sarifReport(reports.filter(isJudged), version),
  junit: (reports) => junitReport(reports.filter(isJudged)),
  github: (reports) => githubReport(reports.filter(isJudged)),
};

function isFact({ value }: FileDocument): boolean {
  const kind = valueAt(value, ["kind"]);
  return typeof kind === "string" && isFactKind(kind);
}

/** With `--policy` the platform team's objects are those that it names, and no others. */
function isOfTeam({ value }: FileDocument): boolean {
  const kind = valueAt(value, ["kind"]);
  return typeof kind === "string" && isStoredKind(kind);
}

/** Verdicts under half of the policies would mislead, so a faulty one ends it. */
function factsAmong(documents: readonly FileDocument[], models: ModelIndex): PolicyLookup {
  const index = new FactIndex(models);
  const faults = new FileFacts(index).accept(documents);
  if (faults.length === 0) return index;
  const lines = faults.map(({ file, line, column, reason }) =>
    plainText(`${file}:${line}:${column}: ${reason}`, MAX_CAUSE_RUNES),
  );
  throw new UsageError(["validate: the policies cannot be judged under:", ...lines].join("\n"));
}
