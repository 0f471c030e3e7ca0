/** Generators of regular expressions. */
import fc from "fast-check";

/** What expressions are made of, in RE2 and elsewhere; put together at random they are seldom right. */
const FRAGMENTS = [
  ...Array.from("abkz09/-_.^$|()[]{}*+?\\:=!<>,& \né€ßſK𝒳"),
  ..."\\d \\D \\s \\S \\w \\W \\b \\B \\A \\z \\Z \\t \\n \\r \\f \\v \\a \\e \\0 \\1 \\9 \\k<a> \\g1 \\c \\cA \\Q \\E \\C \\X".split(
    " ",
  ),
  ..."\\x41 \\x4 \\x{1F600} \\x{110000} \\u0041 \\u{41} \\pL \\PN \\pX \\p{L} \\p{Lu} \\P{Han} \\p{^L} \\p{Script=Han} \\p{".split(
    " ",
  ),
  ..."\\. \\/ \\- \\_ \\{ \\} \\[ \\] \\( \\) \\^ \\$ \\| \\* \\+ \\? \\\\ \\! \\\" \\# \\% \\& \\' \\, \\: \\; \\< \\= \\> \\@ \\` \\~".split(
    " ",
  ),
  ..."[a-z] [^/] [\\w-.] [a-] [-a] [\\d-a] [z-a] [a-\\d] [] []a] [^] [^]a] [[a] [\\b] [\\]] [\\^a] [a&&b] [a--b] [a||b]".split(
    " ",
  ),
  ..."[[:alpha:]] [[:^digit:]] [[:foo:]] [:alpha:] [[:word:]_] [[.a.]] [[=a=]] [é-ü] [\\x00-\\x{10FFFF}] [\\pL\\d] [^\\P{Greek}]".split(
    " ",
  ),
  ..."(?: (?i: (?i-s: (?-m: (?-: (?ii: (?i) (?s-i) (?U) (?x: (?= (?! (?<= (?<! (?> (?| (?# (?( (?R) (?1) (?&a) (?P=a) (?P>a) (?'a'".split(
    " ",
  ),
  ..."(?<a> (?P<a> (?P<b> (?<1> (?<é> (?P<> (?P< (*ACCEPT)".split(" "),
  ..."{2} {0} {1,3} {2,} {3,1} {,3} {01} {1000} {1001} {500} {40,} { {a} {1,2 ?? *? +? {2}? *+ ++ ?+ {2}+ ** {2}{3} {2}*".split(
    " ",
  ),
] as const;

/** Anything that looks like an expression, mostly wrong. */
export const anyExpression: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 8 })
  .map((fragments) => fragments.join(""));

const SETS = ["\\d", "\\W", "\\s", "\\pL", "\\p{Lu}", "\\P{Han}", "\\p{Sm}"];
const CHARACTERS = [
  ...Array.from('ak/ -_é€𝒳"'),
  "\\.",
  "\\-",
  "\\/",
  "\\x41",
  "\\x{1F600}",
  "\\t",
  "\\\\",
  "\\]",
  "\\~",
];
const RANGES = ["a-z", "0-9", "é-ü", "\\x41-\\x5a", " -~", "[:alpha:]", "[:^punct:]", "-", "&", "["];

const characterClass = fc
  .tuple(
    fc.constantFrom("[", "[^"),
    fc.array(fc.constantFrom(...SETS, ...CHARACTERS, ...RANGES), { minLength: 1, maxLength: 5 }),
  )
  .map(([open, items]) => `${open}${items.join("")}]`);

const atom = (inner: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.constantFrom(...CHARACTERS, ...SETS, "."),
    characterClass,
    fc.tuple(fc.constantFrom("(", "(?:", "(?i:", "(?s-i:", "(?-m:"), inner).map(([open, text]) => `${open}${text})`),
  );

const count = fc.constantFrom("{0}", "{2}", "{1,3}", "{2,}", "{40}", "{0,25}", "{1000}");
const repetition = fc
  .tuple(fc.oneof(fc.constantFrom("", "", "", "*", "+", "?"), count), fc.constantFrom("", "", "?"))
  .map(([sign, lazy]) => (sign === "" ? "" : sign + lazy));

const { expression } = fc.letrec<{ readonly expression: string }>((tie) => ({
  expression: fc
    .array(
      fc.oneof(
        { depthSize: "medium", withCrossShrink: true },
        fc.constantFrom("^", "$", "\\b", "\\B", "|", "\\A", "\\z"),
        fc.tuple(atom(fc.constant("a")), repetition).map((parts) => parts.join("")),
        fc.tuple(atom(tie("expression")), repetition).map((parts) => parts.join("")),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join("")),
}));

/** Expressions of RE2, unless they grow too large. */
export const plainExpression: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom("", "", "", "(?i)", "(?ms)"), expression)
  .map((parts) => parts.join(""));
