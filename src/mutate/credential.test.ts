import { describe, expect, it } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { approvalWith, modelOperationsFor } from "../../test/support/mutation.ts";

const secret = { name: "openai-key", key: "token" };
const approval = approvalWith({
  endpoints: { hosts: ["api.openai.example", "*.eu.openai.example"] },
  defaults: { authSecretRef: secret },
});

const complete = { name: "gpt-4o", provider: "openai", endpoint: "https://api.openai.example/v1" };
const whole = [
  { op: "add", path: "/spec/models/0/auth", value: { type: "apikey", valueFrom: { secretKeyRef: secret } } },
];

function credential(model: object, approvals = [approval]) {
  return modelOperationsFor({ ...complete, ...model }, { approvals });
}

describe("an approval's credential", () => {
  it("is given to a model without one, on a host of the approval", () => {
    expect(credential({})).toEqual(whole);
    expect(credential({ endpoint: "HTTPS://API.OpenAI.example:8443" })).toEqual(whole);
    expect(credential({ endpoint: "https://west.eu.openai.example/v1" })).toEqual(whole);
  });

  it("completes authentication that has no source", () => {
    const valueFrom = { op: "add", path: "/spec/models/0/auth/valueFrom", value: { secretKeyRef: secret } };
    expect(credential({ auth: { type: "apikey", header: "X-Key" } })).toEqual([valueFrom]);
    expect(credential({ auth: {} })).toEqual([
      { op: "add", path: "/spec/models/0/auth/type", value: "apikey" },
      valueFrom,
    ]);
  });

  it("leaves authentication that has a source, or is of another kind or shape", () => {
    for (const auth of [
      { value: "sk-1" },
      { value: null },
      { valueFrom: {} },
      { oauth2: {} },
      { type: "oauth2" },
      { type: "basic" },
      { type: null },
      null,
      [],
      "sk-1",
    ]) {
      expect(credential({ auth })).toEqual([]);
    }
  });

  it("goes to no host that the approval does not name", () => {
    for (const host of ["evil.example", "api.openai.example.evil.example", "eu.openai.example", "openai.example"]) {
      expect(credential({ endpoint: `https://${host}/v1` })).toEqual([]);
    }
  });

  it("goes nowhere when the approval names no hosts", () => {
    const anywhere = approvalWith({ defaults: { authSecretRef: secret } });
    const nowhere = approvalWith({ endpoints: { hosts: [] }, defaults: { authSecretRef: secret } });
    expect(credential({}, [anywhere])).toEqual([]);
    expect(credential({}, [nowhere])).toEqual([]);
    expect(credential({ endpoint: undefined })).toEqual([]);
  });

  it("does not go to the hosts of another approval", () => {
    const elsewhere = approvalWith({ defaults: { authSecretRef: { name: "other-key", key: "token" } } }, "a-other");
    expect(credential({}, [elsewhere, approval])).toEqual(whole);
  });

  it("is that of the first approval by name that has one for the host", () => {
    const later = approvalWith({ ...approval.spec, defaults: { authSecretRef: { name: "z", key: "z" } } }, "z-later");
    expect(credential({}, [approval, later])).toEqual(whole);
  });

  it("does not travel in the clear, nor to whoever shows any certificate", () => {
    expect(credential({ endpoint: "http://api.openai.example/v1" })).toEqual([]);
    expect(credential({ tls: { insecureSkipVerify: true } })).toEqual([]);
    expect(credential({ tls: { insecureSkipVerify: "false" } })).toEqual([]);
    expect(credential({ tls: [] })).toEqual([]);
    expect(credential({ tls: { insecureSkipVerify: false } })).toEqual(whole);
  });

  it("does not go to whoever shows the certificate of another host", () => {
    expect(credential({ tls: { serverName: "evil.example" } })).toEqual([]);
    expect(credential({ tls: { serverName: "api.openai.example.evil.example" } })).toEqual([]);
    expect(credential({ tls: { serverName: null } })).toEqual([]);
    expect(credential({ tls: { serverName: "api.openai.example" } })).toEqual(whole);
  });

  it("is kept from endpoints that another parser might take to another host", () => {
    const deceptive = [
      "https://api.openai.example@evil.example/v1",
      "https://evil.example@api.openai.example/v1",
      "https://api.openai.example\\@evil.example/v1",
      "https://api.openai.example#@evil.example/v1",
      "https://api.openai.example?@evil.example/v1",
      "https://api.openai.example\t/v1",
      "https://api.openai.example/v1 HTTP/1.1\r\nHost: evil.example",
      "https://api.openai.example./v1",
      "https:api.openai.example",
      "https:///api.openai.example/v1",
      " https://api.openai.example/v1",
      "https://api.openai.example:99999/v1",
      "https://аpi.openai.example/v1", // a Cyrillic а
      "https://api%2eopenai.example/v1",
    ];
    expect(deceptive.filter((endpoint) => credential({ endpoint }).length > 0)).toEqual([]);
  });

  it("is a reference of its own, which may be changed without changing the approval", () => {
    const [operation] = credential({});
    expect(valueAt(operation?.value, ["valueFrom", "secretKeyRef"])).toEqual(secret);
    expect(valueAt(operation?.value, ["valueFrom", "secretKeyRef"])).not.toBe(secret);
  });
});
