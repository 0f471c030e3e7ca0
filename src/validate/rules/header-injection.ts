import type { RelativePath } from "#api/field-path.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const headerInjection: Rule = {
  id: "header-injection",
  claim: "Headers have names that HTTP allows, are not those of the connection itself, and hold no control characters.",
  why: "A line break in a header adds headers or a whole request, and `Host` or `Content-Length` set by hand makes the provider and the gateway disagree about where a request ends.",
  action: "Deny",
  judges: { model: findInAuth, integration: findInCredentials, route: findInMatches },
};

/** The header that the gateway writes, so it must be one that is the gateway's to write. */
function findInAuth(part: Part<"model">): readonly Finding[] {
  const { auth } = part.value;
  if (auth === undefined) return HOLDS;
  const { header, scheme } = auth;
  const found: Finding[] = [];
  if (header !== undefined) addName(found, { part, at: HEADER, name: header, isWritten: true });
  if (scheme !== undefined) addText(found, { part, at: SCHEME, text: scheme });
  return found.length === 0 ? HOLDS : found;
}

const HEADER: RelativePath = ["auth", "header"];
const SCHEME: RelativePath = ["auth", "scheme"];

function findInCredentials(part: Part<"integration">): readonly Finding[] {
  const header = part.value.credentials?.header;
  if (header === undefined) return HOLDS;
  const found: Finding[] = [];
  addName(found, { part, at: ["credentials", "header"], name: header, isWritten: true });
  return found;
}

function findInMatches(part: Part<"route">): readonly Finding[] {
  const headers: readonly (Match | undefined | null)[] | undefined = part.value.match?.headers;
  if (headers === undefined) return HOLDS;
  const found: Finding[] = [];
  for (const [index, header] of headers.entries()) {
    const at = ["match", "headers", index];
    if (header?.name !== undefined) addName(found, { part, at: [...at, "name"], name: header.name, isWritten: false });
    if (header?.value !== undefined) addText(found, { part, at: [...at, "value"], text: header.value });
  }
  return found.length === 0 ? HOLDS : found;
}

/** As it may be while its shape is still wrong. */
interface Match {
  readonly name?: string;
  readonly value?: string;
}

interface Name {
  readonly part: Part;
  readonly at: RelativePath;
  readonly name: string;
  /** Rather than only compared. */
  readonly isWritten: boolean;
}

function addName(found: Finding[], { part, at, name, isWritten }: Name): void {
  const detail = nameFault(name, isWritten);
  if (detail !== undefined) found.push({ part, at, kind: "Invalid value", value: name, detail, read: [at] });
}

function nameFault(name: string, isWritten: boolean): string | undefined {
  if (!TOKEN.test(name.replaceAll(VARIABLE, "x"))) return NO_NAME + example(name);
  if (!isWritten || !OF_THE_CONNECTION.has(name.toLowerCase())) return undefined;
  return "must not be a header that frames or routes the request itself, as 'host' and 'content-length' do";
}

const NO_NAME = "must be a header's name: letters, digits and any of !#$%&'*+-.^_`|~";

/** As it is sent, where only spaces or a colon are too many. */
function example(name: string): string {
  const plain = name.trim().replace(/ *:$/, "").replaceAll(/ +/g, "-");
  return plain.length <= MAX_SHOWN && TOKEN.test(plain) ? `, as in '${plain}'` : "";
}

/** A message should fit a terminal. */
const MAX_SHOWN = 64;

/** Which may be named is for environment-reference to say. */
const VARIABLE = /\$\{[^{}]*\}/g;

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** RFC 9110, section 7.6.1, and what says where a request goes and where it ends. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The text itself is not shown: it may hold a credential. */
function addText(found: Finding[], { part, at, text }: { part: Part; at: RelativePath; text: string }): void {
  if (!CONTROL.test(text)) return;
  const detail = "must have no line break and no other control character";
  found.push({ part, at, kind: "Invalid value", detail, read: [at] });
}

/** All but the tab, which RFC 9110 allows in a value. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
