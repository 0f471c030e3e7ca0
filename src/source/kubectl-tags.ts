import type { ScalarTag, Tags } from "yaml";

/** YAML as kubectl reads it: 1.2, but with the words and numbers of YAML 1.1 (sigs.k8s.io/yaml). */
export function kubectlTags(tags: Tags): Tags {
  return [YES, NO, NUMBER, ...tags];
}

const YES = plainTag("bool", /^(?:y|Y|yes|Yes|YES|on|On|ON)$/, () => true);
const NO = plainTag("bool", /^(?:n|N|no|No|NO|off|Off|OFF)$/, () => false);
/** With all that begins like one, such as a date. */
const NUMBER = plainTag("int", /^[-+]?[0-9][0-9a-fA-FoOxX_.+-]*$/, numberOrText);

function plainTag(name: "bool" | "int", test: RegExp, resolve: (text: string) => unknown): ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, identify: () => false, resolve };
}

/** As Go writes numbers: `0600` is octal, `0b11` binary, and `_` may stand between digits. */
function numberOrText(text: string): number | string {
  const [, sign, digits = ""] = SIGNED.exec(text.replaceAll("_", "")) ?? [];
  const number = Number(OCTAL.test(digits) ? `0o${digits}` : digits);
  if (!Number.isFinite(number)) return text;
  return sign === "-" ? -number : number;
}

const SIGNED = /^([-+]?)(.*)$/;
const OCTAL = /^0[0-7]+$/;
