import type { Router } from "express";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { reviewDocument } from "#review/document.ts";
import { standaloneService } from "#server/standalone-service.ts";
import { RULES } from "#validate/rules.ts";
import { ruleRecord } from "./rules/rule-record.ts";

/** The page and what it asks, judged under the facts as they are at each request. */
export function standaloneRoutes(lookup: PolicyLookup): Router {
  return standaloneService({
    judge: (object) => reviewDocument(object, { lookup, now: Date.now() }),
    rules: RULES.map(ruleRecord),
  });
}
