import { millisecondsOf } from "#api/duration.ts";
import { type RelativePath, valueAt } from "#api/field-path.ts";
import { OBJECT_NAME } from "#api/kinds/shared.ts";
import { credentialInUrl } from "../credential.ts";
import { NOT_ABSOLUTE, parseEndpoint, spellingFault } from "../endpoint.ts";
import { nearestName } from "../nearest-name.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const classTemplate: Rule = {
  id: "class-template",
  claim: "The names and URLs of a class are templates over `{namespace}` and `{name}`, and it is verified in one way.",
  why: "A placeholder that nobody fills in becomes part of a name, and all gateways of the class share one ConfigMap that each overwrites; a URL that is none is found out at the first delivery.",
  action: "Deny",
  judges: { gatewayClass: findInClass },
};

function findInClass(part: Part<"gatewayClass">): readonly Finding[] {
  const found: Finding[] = [];
  for (const at of NAMES) addTemplateFault(found, part, at, nameFault);
  for (const at of URLS) addTemplateFault(found, part, at, urlFault);
  addVerifyFaults(found, part);
  return found.length === 0 ? HOLDS : found;
}

const NAMES = [
  ["spec", "delivery", "configMapName"],
  ["spec", "delivery", "secretName"],
  ["spec", "delivery", "rollout", "deployment"],
];
const VERIFY_URL = ["spec", "verify", "url"];
const URLS = [["spec", "delivery", "adminAPI", "url"], VERIFY_URL];

/** What is wrong with a template when its placeholders are filled in. */
type FaultOf = (filled: string) => string | undefined;

function addTemplateFault(found: Finding[], part: Part, at: RelativePath, faultOf: FaultOf): void {
  const template = valueAt(part.value, at);
  if (typeof template !== "string") return;
  const detail = placeholderFault(template) ?? faultOf(template.replace(PLACEHOLDER, FILLING));
  // Without the value: a URL may hold a secret.
  if (detail !== undefined) found.push({ part, at, kind: "Invalid value", detail, read: [at] });
}

const PLACEHOLDER = /\{(?:namespace|name)\}/g;
/** What both may be: a part of a name and of a host. */
const FILLING = "x";

function placeholderFault(template: string): string | undefined {
  const [, unknown] = /\{([^{}]*)\}/.exec(template.replace(PLACEHOLDER, FILLING)) ?? [];
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, ["namespace", "name"]);
    return `must have no placeholders but '{namespace}' and '{name}'${nearest ? `; did you mean '{${nearest}}'?` : ""}`;
  }
  return /[{}]/.test(template.replace(PLACEHOLDER, FILLING))
    ? "must have braces only in '{namespace}' and '{name}'"
    : undefined;
}

const NAME = new RegExp(OBJECT_NAME);

function nameFault(filled: string): string | undefined {
  if (NAME.test(filled)) return undefined;
  return "must become the name of an object: lower case letters, digits, '-' and '.', with a letter or digit at both ends";
}

function urlFault(filled: string): string | undefined {
  const endpoint = parseEndpoint(filled);
  if (!endpoint) return NOT_ABSOLUTE;
  const fault = spellingFault(filled, endpoint);
  if (fault !== undefined) return fault;
  return credentialInUrl(filled) === undefined ? undefined : "must not hold a credential, which belongs in a Secret";
}

function addVerifyFaults(found: Finding[], part: Part<"gatewayClass">): void {
  const { url, selector, path, timeout } = part.value.spec.verify ?? {};
  if (url !== undefined && selector !== undefined) {
    const detail = "must be absent when `verify.selector` is given";
    found.push({ part, at: VERIFY_URL, kind: "Forbidden", detail, read: [VERIFY_URL, ["spec", "verify", "selector"]] });
  }
  if (path !== undefined && !path.startsWith("/")) {
    const at = ["spec", "verify", "path"];
    found.push({ part, at, kind: "Invalid value", value: path, detail: "must begin with '/'", read: [at] });
  }
  if (timeout !== undefined && millisecondsOf(timeout) === 0) {
    const at = ["spec", "verify", "timeout"];
    const detail = "must be longer than no time at all, such as '30s'";
    found.push({ part, at, kind: "Invalid value", value: timeout, detail, read: [at] });
  }
}
