import { describe, expect, it } from "vitest";
import type { Model } from "#api/kinds/model.ts";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { credentialSource } from "./credential-source.ts";

function find(auth: NonNullable<Model["auth"]>) {
  return findingsOf(credentialSource, factsFor({ object: configWith({ models: [{ name: "model", auth }] }) }));
}

const value = "secret://openai/apiKey";
const valueFrom = { secretKeyRef: { name: "openai", key: "apiKey" } };
const oauth2 = { tokenUrl: "https://login.example.com", clientId: "id", clientSecretRef: { name: "c", key: "s" } };

describe("credential-source", () => {
  it.each([[{}], [{ type: "apikey" as const }], [{ value }], [{ valueFrom }], [{ oauth2 }]])("holds for %j", (auth) =>
    expect(find(auth)).toEqual([]),
  );

  it("makes nothing for a model without credential", () => {
    const facts = factsFor({ object: configWith({ models: [{ name: "model" }] }) });
    const [model] = facts.owner.models;
    expect(model && credentialSource.judges.model?.(model, facts)).toBe(HOLDS);
  });

  it.each([
    [{ value, valueFrom }, ["value", "valueFrom"]],
    [{ value, oauth2 }, ["value", "oauth2"]],
    [{ valueFrom, oauth2 }, ["valueFrom", "oauth2"]],
    [{ value, valueFrom, oauth2 }, ["value", "valueFrom", "oauth2"]],
    [{ value: "", valueFrom }, ["value", "valueFrom"]],
  ])("finds %j, whose sources it reads", (auth, sources) => {
    const detail = "must have at most one of `value`, `valueFrom` and `oauth2`";
    const read = sources.map((source) => ["auth", source]);
    const [found, ...others] = find(auth);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ at: ["auth"], kind: "Forbidden", detail, read });
    expect(found).not.toHaveProperty("value");
  });
});
