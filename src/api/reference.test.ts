import { describe, expect, it } from "vitest";
import { isMalformedReference, isReference, isSecretReference, isVariableReference, variablesIn } from "./reference.ts";

describe("a reference to a Secret", () => {
  it.each(["secret://openai/apiKey", "secret://a.b-c/tls.key", "secret://a/_"])("is %s", (text) => {
    expect([isSecretReference(text), isReference(text), isMalformedReference(text)]).toEqual([true, true, false]);
  });

  it.each([
    "secret://openai",
    "secret://openai/",
    "secret:///key",
    "secret://Openai/key",
    "secret://team-b/openai/key",
    "secret://-a/key",
    "secret://a-/key",
    "secret://a/key?x",
    "secret://a/key\n",
    "secret://a/../key",
    "secret:a/key",
    "SECRET://a/key",
    `secret://${"a".repeat(254)}/key`,
  ])("is misspelt in %j", (text) => {
    expect([isSecretReference(text), isReference(text), isMalformedReference(text)]).toEqual([false, true, true]);
  });
});

describe("a reference to a variable", () => {
  it.each(["${OPENAI_KEY}", "${_a1}"])("is %s", (text) => {
    expect([isVariableReference(text), isReference(text), isMalformedReference(text)]).toEqual([true, true, false]);
  });

  it.each(["${}", "${A-B}", "${1A}", "${A:-default}", "${ A }", "${A}${B}"])("is misspelt in %s", (text) => {
    expect([isVariableReference(text), isReference(text), isMalformedReference(text)]).toEqual([false, true, true]);
  });

  it.each(["sk-xyz123", "$A", "Bearer ${A}", "${A", "a secret://b/c", ""])("is not even meant in %j", (text) => {
    expect([isReference(text), isMalformedReference(text)]).toEqual([false, false]);
  });
});

describe("the variables that a text mentions", () => {
  it.each([
    ["", []],
    ["no variable, $A, {B}, $ {C}", []],
    ["Bearer ${A}, ${ B } and ${C:-d} of ${D", ["A", "B", "C", "D"]],
    ["${A${B}", ["A", "B"]],
    ["${1}", []],
  ])("of %j are %j", (text, names) => expect(variablesIn(text)).toEqual(names));
});
