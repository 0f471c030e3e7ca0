/**
 * A text as Caddy takes it for what it is. A backslash before a brace is taken away
 * with its meaning, whatever stands before it. Seen of 2.11.7.
 */
export function literal(text: string): string {
  return text.replaceAll(/[{}]/g, "\\$&");
}

/** An expression (RE2) that matches this text. Caddy replaces nothing in expressions. */
export function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
