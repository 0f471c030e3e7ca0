/** A URL as messages name it: host and path, without what may hold a credential. */
export function endpointName(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.host}${parsed.pathname === "/" ? "" : parsed.pathname}` : "its URL";
}
