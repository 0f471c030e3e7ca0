/**
 * The host of an https URL that is written in the plainest way there is, without
 * user info or port; anything else gives a text that no list of hosts holds. So a
 * host found here is the one that every parser finds.
 */
export function plainHost(url: string): string {
  if (!url.startsWith(HTTPS)) return "";
  const end = url.indexOf("/", HTTPS.length);
  return end < 0 ? url.slice(HTTPS.length) : url.slice(HTTPS.length, end);
}

const HTTPS = "https://";
