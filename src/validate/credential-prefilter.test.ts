import { expect, test } from "vitest";
import { credentialIn } from "./credential.ts";

// The quick look before the patterns must let every pattern through.
test.each([
  ["an OpenRouter key", `sk-or-v1-${"a".repeat(16)}`],
  ["a Slack token", "xoxb-0123456789"],
  ["a Google OAuth token", `ya29.${"b".repeat(16)}`],
  ["an Azure connection string", "AccountKey=a+b/c+d/e+f/g+h/i="],
  ["a JSON Web Token", `eyJ${"c".repeat(10)}.eyJ${"d".repeat(10)}`],
  ["a private key", "-----BEGIN PRIVATE KEY-----"],
  ["a bearer token", "Bearer a.b~c/d+1.e~f/g+h"],
])("%s is known by its look", (what, text) => {
  expect(credentialIn(text)).toBe(what);
  expect(credentialIn(`at https://a.b/${text}`)).toBe(what);
});
