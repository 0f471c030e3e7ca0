import { isIPv6 } from "node:net";
import { _, type Ajv, type KeywordCxt, type KeywordErrorDefinition, type SchemaValidateFunction } from "ajv";
import { excessOf } from "./string-leaves.ts";
import { surelyDiffer } from "./surely-differ.ts";

/**
 * Teaches ajv what structural schemas say beyond JSON schema: list types, the
 * formats that the API server checks, and lengths in characters. Free form has
 * bounds that the API server knows nothing of, since rules search it to its end.
 */
export function addKubernetesVocabulary(ajv: Ajv): void {
  ajv.addVocabulary(["x-kubernetes-map-type", "x-kubernetes-validations"]);
  for (const keyword of ["maxLength", "minLength", "x-kubernetes-list-type", "x-kubernetes-list-map-keys"]) {
    ajv.removeKeyword(keyword);
  }
  ajv.addKeyword({ keyword: "maxLength", type: "string", schemaType: "number", code: atMost, error: lengthError });
  ajv.addKeyword({ keyword: "minLength", type: "string", schemaType: "number", code: atLeast, error: lengthError });
  ajv.addKeyword({ keyword: "x-kubernetes-list-type", type: "array", validate: distinctScalars, errors: "full" });
  ajv.addKeyword({ keyword: "x-kubernetes-list-map-keys", type: "array", validate: distinctKeys, errors: "full" });
  ajv.addKeyword({ keyword: FREE, type: "object", validate: searchable, errors: "full" });
  for (const format of ["int32", "int64", "double"]) ajv.addFormat(format, true); // their bounds stand in the schema
  ajv.addFormat("uri", isRequestUri);
  ajv.addFormat("date-time", isMoment);
}

/**
 * Lengths count Unicode characters, as the API server's do. Counting is slow and
 * nearly never needed: a string has no more characters than UTF-16 units, and no
 * fewer than half as many.
 */
function atMost(context: KeywordCxt): void {
  const { gen, data, schemaCode } = context;
  const count = gen.scopeValue("func", { ref: charactersOf });
  context.fail(_`${data}.length > ${schemaCode} && ${count}(${data}) > ${schemaCode}`);
}

function atLeast(context: KeywordCxt): void {
  const { gen, data, schemaCode } = context;
  const count = gen.scopeValue("func", { ref: charactersOf });
  context.fail(_`${data}.length < ${schemaCode} * 2 && ${count}(${data}) < ${schemaCode}`);
}

const lengthError: KeywordErrorDefinition = {
  message: "length",
  params: ({ schemaCode }) => _`{limit: ${schemaCode}}`,
};

function charactersOf(text: string): number {
  let pairs = 0;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) >> 10 === 0x37) pairs += 1; // low surrogate
  return text.length - pairs;
}

const distinctScalars: SchemaValidateFunction = (type: string, items: readonly unknown[]) => {
  return type !== "set" || distinct(items, undefined, distinctScalars);
};

const distinctKeys: SchemaValidateFunction = (keys: readonly string[], items: readonly unknown[]) => {
  return distinct(items, keys[0], distinctKeys);
};

function distinct(items: readonly unknown[], key: string | undefined, report: SchemaValidateFunction): boolean {
  const values = key === undefined ? items : items.map((item) => keyValue(item, key));
  if (areTexts(values) && surelyDiffer(values)) return true;
  const first = new Map<unknown, number>();
  for (const [index, value] of values.entries()) {
    if (typeof value !== "string" && typeof value !== "number") continue; // the type's own fault
    const earlier = first.get(value);
    if (earlier !== undefined) {
      const keyword = key === undefined ? "x-kubernetes-list-type" : "x-kubernetes-list-map-keys";
      report.errors = [{ keyword, params: { index, first: earlier, ...(key === undefined ? {} : { key }) } }];
      return false;
    }
    first.set(value, index);
  }
  return true;
}

const FREE = "x-kubernetes-preserve-unknown-fields";

const searchable: SchemaValidateFunction = (isFree: boolean, value: object) => {
  const detail = isFree ? excessOf(value) : undefined;
  searchable.errors = detail === undefined ? [] : [{ keyword: FREE, params: { detail } }];
  return detail === undefined;
};

function areTexts(values: readonly unknown[]): values is readonly string[] {
  return values.every((value) => typeof value === "string");
}

function keyValue(item: unknown, key: string): unknown {
  return typeof item === "object" && item !== null && Object.hasOwn(item, key)
    ? (item as Record<string, unknown>)[key]
    : undefined;
}

/**
 * What Go's url.ParseRequestURI takes: an absolute URI or an absolute path, in
 * printable characters, whose authority is one and whose escapes can be read. It
 * knows no fragment, so a `#` before the first slash spoils the host.
 */
function isRequestUri(text: string): boolean {
  if (PLAIN_URL.test(text)) return true;
  if (!PRINTABLE_URI.test(text)) return false;
  const [beforeQuery = ""] = text.split("?", 1);
  if (BAD_ESCAPE.test(beforeQuery)) return false;
  const authority = /^[^:/]+:\/\/([^/]*)/.exec(beforeQuery)?.[1];
  return authority === undefined || isAuthority(authority);
}

function isAuthority(text: string): boolean {
  const match = GO_AUTHORITY.exec(text);
  const address = match?.groups?.["address"];
  return match !== null && (address === undefined || isIPv6(address));
}

/** A host name, perhaps a port, and printable characters without an escape: nearly every URL. */
const PLAIN_URL = /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?][!-$&-~]*)?$/;

const PRINTABLE_URI = /^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/)[!-~\u{a1}-\u{10ffff}]*$/u;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/** What an escape may stand for in a host: a percent sign, or a byte that is not ASCII. */
const HOST_ESCAPE = "%25|%[89A-Fa-f][0-9A-Fa-f]";
/** And in the zone of an address: what Go would leave as it is there. */
const ZONE_ESCAPE = "%(?:2[0-24-9A-Ea-e]|3[0-9A-Ea-e]|4[1-9A-Fa-f]|5[0-9ABDFabdf]|6[1-9A-Fa-f]|7[0-9AEae])";
const ADDRESS = `\\[(?<address>[0-9A-Fa-f:.]*)(?:%25(?:[^[\\]%]|${ZONE_ESCAPE})+)?\\]`;
const HOST = `(?:[^\\s#?/@\\\\^\`{|}:[\\]%]|${HOST_ESCAPE})*`;

/** Perhaps user info, then an address in brackets or a host of what Go does not escape in one, perhaps a port. */
const GO_AUTHORITY = new RegExp(`^(?:[\\w.~!$&'()*+,;=:%@-]*@)?(?:${ADDRESS}|${HOST})(?::\\d*)?$`);

/** RFC 3339, with the day checked against the calendar. */
function isMoment(text: string): boolean {
  const match = /^\d{4}-\d{2}-(\d{2})[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/.exec(text);
  if (!match) return false;
  const moment = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.getUTCDate() === Number(match[1]) && !Number.isNaN(Date.parse(text));
}
