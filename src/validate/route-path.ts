/**
 * What is wrong with a path that requests are compared with, as `must …`; undefined
 * where nothing is. A path that a gateway or a client resolves, merges or expands
 * before comparing matches something else than it says, or nothing.
 */
export function pathFault(path: string): string | undefined {
  if (PLAIN.test(path)) return undefined;
  const wishes = WISHES.filter(([wrong]) => wrong.test(path)).map(([, wish]) => wish);
  if (wishes.length === 0) return undefined;
  const corrected = resolved(path);
  const isShown = corrected.length <= MAX_SHOWN && WISHES.every(([wrong]) => !wrong.test(corrected));
  return `must ${wishes.join(" and ")}${isShown ? `, as in '${corrected}'` : ""}`;
}

/** What needs no closer look: segments of what RFC 3986 lets stand in a path, not beginning with a dot. */
const PLAIN = /^(?:\/[\w~:@!$&'()*+,;=-][\w.~:@!$&'()*+,;=-]*)*\/?$/;

const WISHES: readonly (readonly [wrong: RegExp, wish: string])[] = [
  [/^[^/]/, "begin with '/'"],
  [/\/\//, "have no '//'"],
  [/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i, "have no segment '.' or '..'"],
  [/\\/, "have no backslash"],
  [/[{}]/, "have no '{' and '}', between which gateways expand names"],
  [/%(?![0-9a-f]{2})/i, "have '%' only before two hexadecimal digits"],
  [/\p{Cc}|%(?:[01][0-9a-f]|7f)/iu, "have no control characters"],
];

/** As a client would ask for it. */
function resolved(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    const plain = segment.replaceAll(/%2e/gi, ".");
    if (plain === "..") segments.pop();
    else if (plain !== "." && plain !== "") segments.push(segment);
  }
  return `/${segments.join("/")}${segments.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

/** A message should fit a terminal. */
const MAX_SHOWN = 100;
