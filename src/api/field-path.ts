/** Where a value stands below another: names of fields and indices of items. */
export type RelativePath = readonly (string | number)[];

/**
 * A field path as Kubernetes writes it: `spec.models[0].name`, and
 * `metadata.labels[team]` where a key is not a plain field name.
 */
export function joinPath(base: string, path: RelativePath): string {
  let joined = base;
  for (const segment of path) {
    if (typeof segment === "number") joined += `[${segment}]`;
    else if (PLAIN_FIELD.test(segment)) joined += joined === "" ? segment : `.${segment}`;
    else joined += `[${segment}]`;
  }
  return joined;
}

const PLAIN_FIELD = /^[A-Za-z_$][\w$-]*$/;

/** The value at a path below `root`, or undefined where the path leads nowhere. Own properties only. */
export function valueAt(root: unknown, path: RelativePath): unknown {
  let value = root;
  for (const segment of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value;
}

/** The JSON pointer (RFC 6901) of a path. */
export function jsonPointer(path: RelativePath): string {
  return path.map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The path that `joinPath` wrote. A key of digits comes back as a number, as an index would. */
export function parsePath(path: string): RelativePath {
  return Array.from(path.matchAll(/\[(\d+)\]|\[([^\]]*)\]|([^.[]+)/g), ([, index, key, field]) =>
    index === undefined ? (key ?? field ?? "") : Number(index),
  );
}

/** The path of a JSON pointer (RFC 6901) into `root`; a segment is an index where it meets a list. */
export function parsePointer(pointer: string, root: unknown): RelativePath {
  const path: (string | number)[] = [];
  let value = root;
  for (const escaped of pointer.split("/").slice(1)) {
    const segment = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(value) ? Number(segment) : segment);
    value = valueAt(value, [segment]);
  }
  return path;
}
