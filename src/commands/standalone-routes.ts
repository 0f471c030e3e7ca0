import type { Router } from "express";
import { reviewDocument } from "#review/document.ts";
import { standaloneService } from "#server/standalone-service.ts";
import { RULES } from "#validate/rules.ts";
import type { FileFacts } from "./file-facts.ts";
import { effectiveReport } from "./policy/effective-report.ts";
import { ruleRecord } from "./rules/rule-record.ts";

/** The page and what it asks, judged under the facts as they are at each request and those of the text itself. */
export function standaloneRoutes(files: FileFacts): Router {
  return standaloneService({
    reviewOf: (documents) => {
      const context = { lookup: files.with(documents), now: Date.now() };
      return (object) => reviewDocument(object, context);
    },
    rules: RULES.map(ruleRecord),
    effectivePolicy: (subject) => effectiveReport(files.index, subject, Date.now()),
  });
}
