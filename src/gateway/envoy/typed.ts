/** A message of Envoy's API that stands where any may stand. */
export function typed(type: string, fields: object = {}): object {
  return { "@type": `type.googleapis.com/envoy.${type}`, ...fields };
}

/** A text as it is, where Envoy replaces commands such as `%ENVIRONMENT(X)%`. Seen of 1.40.0. */
export function literal(text: string): string {
  return text.replaceAll("%", "%%");
}

/** An expression (RE2) that matches this text. */
export function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Milliseconds as Envoy reads durations. */
export function duration(milliseconds: number): string {
  return `${milliseconds / 1000}s`;
}
