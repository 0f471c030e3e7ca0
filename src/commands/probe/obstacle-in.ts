/** What an answer of the API server that is no denial of ours says about the way to the webhook, in words. */
export function obstacleIn(message: string): string {
  const [, webhook, reason] = /failed calling webhook "([^"]+)": ?(.*)$/s.exec(message) ?? [];
  if (webhook === undefined || reason === undefined) return `the API server refused it by itself: ${message}`;
  const fault = reason.replaceAll(/"https:[^"]*"/g, ""); // its query says timeout, and its host may say anything
  const meaning = MEANINGS.find(({ when }) => when.test(fault))?.meaning ?? "the webhook could not be called";
  return `${meaning}: ${reason}`;
}

/** In the words of Go's net, crypto/x509 and client-go. */
const MEANINGS = [
  { when: /connection refused|no endpoints available/, meaning: "connection refused, so no server is ready" },
  { when: /service "[^"]+" not found/, meaning: "the webhook's Service is not there" },
  { when: /x509|certificate/, meaning: "the API server does not trust the server's certificate" },
  {
    when: /deadline exceeded|timeout|no route to host|timed out/i,
    meaning: "timeout, so a firewall or NetworkPolicy may keep the API server from the Pods' port 9443",
  },
  { when: /unable to handle the request/, meaning: "the server has not read the cluster yet" },
] as const;
