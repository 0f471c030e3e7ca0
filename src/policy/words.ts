/** Items that a message names; more are counted. */
const MAX_NAMED = 8;

/** `'openai'`, or `one of 'openai', 'azure'`. */
export function alternatives(values: readonly string[]): string {
  return values.length === 1 ? enumeration(values) : `one of ${enumeration(values)}`;
}

/** `'openai', 'azure'`, with a count of what does not fit. */
export function enumeration(values: readonly string[]): string {
  if (values.length === 0) return "an empty list";
  const named = values
    .slice(0, MAX_NAMED)
    .map((value) => `'${value}'`)
    .join(", ");
  return values.length > MAX_NAMED ? `${named} and ${values.length - MAX_NAMED} more` : named;
}
