/**
 * The JSON of an object without its `metadata.managedFields`. Server-side apply
 * makes them half of many objects, and whoever drops them anyway need not parse
 * them, which costs more than this. They are found where the API server writes
 * them and else stay: a later look at the object is not spared.
 *
 * `depth` is how many braces are open inside the object: 1, or 2 in the frame of a
 * watch event.
 */
export function withoutManagedFields(json: Buffer, depth: number): string {
  // In a string the quotes would be escaped, so this is a name, though perhaps that of another field.
  const start = json.indexOf(FIELD);
  if (start === -1 || !isInMetadata(json, start, depth)) return json.toString("utf8");
  const end = endOfArray(json, start + FIELD.length);
  if (json[end] === COMMA) return json.toString("utf8", 0, start) + json.toString("utf8", end + 1);
  const before = json[start - 1] === COMMA ? start - 1 : start;
  return json.toString("utf8", 0, before) + json.toString("utf8", end);
}

const FIELD = Buffer.from('"managedFields":[');
const METADATA = Buffer.from('"metadata":');

/** Whether a position lies directly inside the metadata of the object. */
function isInMetadata(json: Buffer, position: number, depth: number): boolean {
  let open = 0;
  let metadata = 0; // where the object's innermost field was opened
  for (let index = 0; index < position; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) index = endOfString(json, index);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) open -= 1;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      open += 1;
      if (open === depth + 1) metadata = index;
    }
  }
  return open === depth + 1 && METADATA.equals(json.subarray(Math.max(0, metadata - METADATA.length), metadata));
}

/** Behind the bracket that closes an array whose opening one was just before `from`. */
function endOfArray(json: Buffer, from: number): number {
  let open = 1;
  let index = from;
  for (; open > 0 && index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) index = endOfString(json, index);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) open += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) open -= 1;
  }
  return index;
}

/** The quote that closes the string whose opening quote is at `start`; beyond the end where it is cut off. */
function endOfString(json: Buffer, start: number): number {
  let index = start + 1;
  for (; index < json.length && json[index] !== QUOTE; index += 1) if (json[index] === BACKSLASH) index += 1;
  return index;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
