import type { Command } from "./command.ts";
import { parseWords } from "./parse-options.ts";
import { runValidate } from "./validate/run-validate.ts";
import { VALIDATE_OPTIONS } from "./validate/validate-options.ts";

export const validate: Command & { readonly operands: string } = {
  name: "validate",
  operands: "FILES…",
  summary: "Judge manifests without a cluster.",
  description: [
    "Judges every object in files of YAML and JSON as the admission webhooks would judge it when it is",
    "created, and says what they would add to it. FILES are files, directories with all that is below",
    "them, patterns such as 'teams/**/*.yaml', or - for standard input.",
    "",
    "Objects are judged together, as they would be once all of them are applied. Policies, approved",
    "models, classes and namespaces come from --policy, or else from the files themselves. Objects of",
    "other groups are left alone; by Secrets among them what refers to Secrets is judged, and their",
    "values are never shown.",
    "",
    "With --output json the answer is an object with documents: file, line, apiVersion, kind, namespace,",
    "name, allowed, violations (rule, path, message, action, line, column), warnings, patch, defaulted.",
    "sarif is for code scanning and editors, junit for CI systems, github for annotations in a workflow",
    "of GitHub Actions.",
    "",
    "Exit codes: 0 all are allowed, 1 one is denied, 2 options, files or policies are not usable.",
  ].join("\n"),
  options: VALIDATE_OPTIONS,
  async run(words, context) {
    const { values, operands } = parseWords("validate", VALIDATE_OPTIONS, words);
    await runValidate(operands, values, context);
  },
};
