/**
 * A MicroTime as the API writes it: `2006-01-02T15:04:05.000000Z`. Always six
 * digits, since strict readers (client-go's among them) refuse others.
 */
export function microTime(date: Date): string {
  return date.toISOString().replace("Z", "000Z"); // a Date knows milliseconds
}

/** A Time as the API writes it: whole seconds. */
export function wholeSecondsTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
