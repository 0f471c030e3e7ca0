import { expect, test } from "vitest";
import { checkModelData } from "./check-model-data.ts";

const GOOD = {
  source: "us",
  date: "2026-09-23",
  providers: [
    {
      id: "openai",
      aliases: ["open-ai"],
      hosts: ["api.openai.com"],
      complete: true,
      idPrefixes: ["models/"],
      models: [
        { ids: ["gpt-4o", "gpt-5*"], types: ["llm"] },
        { ids: ["gpt-3"], deprecated: true, retiresAt: "2027-01-01", replacement: "gpt-4o" },
      ],
    },
  ],
};

function faultsOf(value: unknown): readonly string[] {
  const checked = checkModelData(value);
  return "faults" in checked ? checked.faults : [];
}

test("all that the format has may be there, and nearly all of it may be missing", () => {
  expect(checkModelData(GOOD)).toEqual({ data: GOOD });
  expect(faultsOf({ source: "us", date: "2026-09-23", providers: [{ id: "x", models: [] }] })).toEqual([]);
});

test("each place that is wrong is named, with what it must be", () => {
  const [provider] = GOOD.providers;
  const providers = [
    { ...provider, hosts: ["https://api.openai.com", "*.openai.com"], complete: "yes" },
    { ...provider, models: [{ ids: ["gpt *", 7], typs: [] }, "gpt-4o"] },
    { id: "x" },
  ];
  expect(faultsOf({ source: "us", date: "2026-02-31x", providers })).toEqual([
    "date: must be a day as in '2026-09-23'",
    "providers[0].hosts[0]: must be a whole host name in lower case, without scheme, port, path or '*'",
    "providers[0].hosts[1]: must be a whole host name in lower case, without scheme, port, path or '*'",
    "providers[0].complete: must be true or false",
    "providers[1].models[0].ids[0]: must be an id, or a prefix and '*'",
    "providers[1].models[0].ids[1]: must be an id, or a prefix and '*'",
    "providers[1].models[0].typs: is no field; there are 'ids', 'types', 'deprecated', 'retiresAt', 'replacement'",
    "providers[1].models[1]: must be an object",
    "providers[2].models: must be a list",
  ]);
});

test.each([null, [], "text", 7, { providers: {} }, JSON.parse('{"__proto__": 1}')])("%j is no model data", (value) => {
  expect(faultsOf(value)).not.toEqual([]);
});

test("another format altogether is told in few lines", () => {
  const providers = Array.from({ length: 1000 }, () => "openai");
  expect(faultsOf({ ...GOOD, providers })).toHaveLength(20);
});
