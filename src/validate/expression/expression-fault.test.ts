import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyExpression, plainExpression } from "../../../test/support/arbitrary-expressions.ts";
import { inJavaScript } from "../../../test/support/expression-in-javascript.ts";
import { expressionFault } from "./expression-fault.ts";

const fault = (text: string) => {
  const found = expressionFault(text);
  return found && `${found.what}, '${found.text}' at ${found.position}`;
};

describe("an expression passes", () => {
  it.each([
    "",
    "^/v1/models/[^/]+/(?:completions|embeddings)$",
    "(?i)^/v1/.*",
    "^/(?i:chat)/\\d{1,4}$",
    "(?P<tenant>[a-z0-9-]{1,63})\\.example\\.com",
    "[\\w-.]+@[\\w.-]+",
    "[[:alpha:]_][[:^punct:]]*?",
    "(a*)*b",
    "\\A\\p{L}{1,100}\\z",
    "\\x{1F600}|\\x41|\\t",
    "a{2,}?|b{0}|(?:c{10}){100}",
    "ß𝒳.\\-\\/",
    "(?:".repeat(100) + ")".repeat(100),
  ])("as %j", (text) => expect(expressionFault(text)).toBeUndefined());
});

describe("an expression is refused for", () => {
  it.each([
    ["(a)\\1", "a back-reference, '\\1' at 4"],
    ["\\k<name>", "a back-reference, '\\k' at 1"],
    ["(?P=name)", "a back-reference, '(?P=' at 1"],
    ["a(?=b)", "a look-ahead, '(?=' at 2"],
    ["(?!b)", "a look-ahead, '(?!' at 1"],
    ["(?<=b)", "a look-behind, '(?<=' at 1"],
    ["𝒳(?<!b)", "a look-behind, '(?<!' at 2"],
    ["(?>a)", "an atomic group, '(?>' at 1"],
    ["a*+", "a possessive repetition, '*+' at 2"],
    ["a{2}+", "a possessive repetition, '{2}+' at 2"],
    ["a**", "a repetition of a repetition, '**' at 2"],
    ["a*?+", "a repetition of a repetition, '*?+' at 2"],
    ["a{1001}", "a count that is too large, '{1001}' at 2"],
    ["(?:a{40}){26}", "a count that is too large, '{26}' at 10"],
    ["a{3,1}", "a count that ends below its beginning, '{3,1}' at 2"],
    ["/v1/{id}", "a brace that is no count, '{' at 5"],
    ["a{,3}", "a brace that is no count, '{' at 2"],
    ["+a", "a repetition of nothing, '+' at 1"],
    ["^*", "a repetition of what has no width, '*' at 2"],
    ["(a", "a '(' without its ')', '(' at 1"],
    ["a)", "a ')' without its '(', ')' at 2"],
    ["[a", "a '[' without its ']', '[' at 1"],
    ["a]", "a ']' without its '[', ']' at 2"],
    ["[]", "brackets with nothing between them, ']' at 2"],
    ["[z-a]", "a range that ends before it begins, 'z-a' at 2"],
    ["[[:letter:]]", "a class that RE2 does not know, '[:' at 2"],
    ["[\\b]", "an edge between brackets, where only characters stand, '\\b' at 2"],
    ["a(?i)b", "a flag or group that does not stand here, '(?' at 2"],
    ["(?U)a", "a flag or group that does not stand here, '(?' at 1"],
    ["(?ii:a)", "a flag twice, '(?ii:' at 1"],
    ["(?P<a>x)(?P<a>y)", "a second group of one name, '(?' at 9"],
    ["(?P<1>x)", "a name that is not of ASCII letters, digits and '_', '(?P<' at 1"],
    ["(?(1)a|b)", "a condition, '(?(' at 1"],
    ["(?R)", "a recursion, '(?R' at 1"],
    ["(?#a)", "a comment, '(?#' at 1"],
    ["\\u0041", "a number that RE2 does not read, '\\u' at 1"],
    ["\\x{110000}", "a number that RE2 does not read, '\\x' at 1"],
    ["\\012", "an octal number, '\\0' at 1"],
    ["\\Qa.b\\E", "a quotation, '\\Q' at 1"],
    ["\\Z", "an anchor that RE2 does not know, '\\Z' at 1"],
    ["\\p{Klingon}", "a property that not every RE2 knows, '\\p' at 1"],
    ["\\_", "an escape that RE2 does not know, '\\_' at 1"],
    ["a\\", "a '\\' with nothing behind it, '\\' at 2"],
    ["\\p{L}{200}", "more than RE2 has room for, '' at 1"],
    ["(?:".repeat(101) + ")".repeat(101), "groups more than 100 deep, '(' at 301"],
  ])("%j", (text, expected) => expect(fault(text)).toBe(expected));
});

describe("an expression that passes", () => {
  it("compiles in JavaScript, which refuses what it could take for two things", () => {
    let passing = 0;
    fc.assert(
      fc.property(fc.oneof(plainExpression, anyExpression), (text) => {
        fc.pre(expressionFault(text) === undefined);
        fc.pre(!text.includes("-[:")); // the end of a range to RE2, and a class to the translation
        passing += 1;
        expect(() => inJavaScript(text)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
    expect(passing).toBeGreaterThan(500); // a property that saw nothing must be red
  });

  it("is found within linear time, however long it is", () => {
    // Each would run into the limit on every test if a character were looked at more than a few times.
    for (const piece of ["(?:", "a{2}", "[a", "\\pL", "(a|", "{", "(?P<a", "[[:", "a*?"])
      expressionFault(piece.repeat(300_000));
  });
});
