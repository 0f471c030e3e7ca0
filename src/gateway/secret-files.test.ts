import fc from "fast-check";
import { expect, it } from "vitest";
import { SECRET_KEYS } from "./identifiers.ts";
import { type SecretPurpose, secretFiles } from "./secret-files.ts";

const PURPOSES: readonly SecretPurpose[] = ["credential", "client-secret", "ca.crt", "integration"];
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 253 }),
  fc.string({ minLength: 230, maxLength: 253, unit: fc.constantFrom("a", "b", ".", "/") }),
  fc.constantFrom("a", "a.credential", "a.ca.crt", ".", "..", "a".repeat(253), "a".repeat(252)),
);
const use = fc.tuple(name, fc.constantFrom(...PURPOSES));

it("gives two names that are apart, or two purposes, two files", () => {
  fc.assert(
    fc.property(use, use, ([name, purpose], [otherName, otherPurpose]) => {
      const { put } = secretFiles();
      const isSame = SECRET_KEYS.of(name) === SECRET_KEYS.of(otherName) && purpose === otherPurpose;
      expect(put(name, purpose, "1") === put(otherName, otherPurpose, "2")).toBe(isSame);
    }),
  );
});

it("makes names that a Secret takes as keys", () => {
  fc.assert(
    fc.property(use, ([name, purpose]) => {
      const { put, files } = secretFiles();
      const file = put(name, purpose, "content");
      expect(file).toMatch(/^[-._A-Za-z0-9]{1,253}$/);
      expect(file.startsWith("..")).toBe(false);
      expect(files).toEqual({ [file]: "content" });
    }),
  );
});
