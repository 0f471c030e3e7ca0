import { expect, test } from "vitest";
import { model } from "#api/kinds/model.ts";
import { route } from "#api/kinds/route.ts";
import { freeTextFields } from "./free-text.ts";

test("free text stands in every field that neither a pattern nor a choice holds in", () => {
  expect(freeTextFields(model.json)).toEqual([
    "name",
    "type",
    "endpoint",
    "provider",
    "model",
    "version",
    "region",
    "auth",
    "parameters",
    "fallbacks",
    "tls",
    "dataClassification",
  ]);
  expect(freeTextFields(route.json)).toEqual(["path", "targetModel", "match", "targets", "fallbacks", "policies"]);
});
