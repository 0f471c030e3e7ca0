import { expect, test } from "vitest";
import { obstacleIn } from "./obstacle-in.ts";

const FAILED =
  'Internal error occurred: failed calling webhook "verdict.gateway.example.com": failed to call webhook: ';
const POST = 'Post "https://gatehouse.gatehouse-system.svc:443/validate?timeout=5s": ';

test.each([
  ["dial tcp 10.96.0.7:443: connect: connection refused", "connection refused, so no server is ready"],
  ["tls: failed to verify certificate: x509: certificate signed by unknown authority", "the API server does not trust"],
  ["tls: failed to verify certificate: x509: certificate has expired", "the API server does not trust"],
  ["context deadline exceeded", "timeout, so a firewall or NetworkPolicy"],
  ["dial tcp 10.96.0.7:443: i/o timeout", "timeout, so a firewall or NetworkPolicy"],
  ["net/http: request canceled (Client.Timeout exceeded while awaiting headers)", "timeout, so a firewall"],
  ["EOF", "the webhook could not be called"],
])("says what %s means, and quotes it", (reason, meaning) => {
  const sentence = obstacleIn(`${FAILED}${POST}${reason}`);
  expect(sentence).toMatch(new RegExp(`^${meaning}`));
  expect(sentence).toContain(reason);
  expect(sentence).not.toContain("Internal error occurred");
});

test("knows a Service that is not there, and a server that has read nothing yet", () => {
  expect(obstacleIn(`${FAILED}service "gatehouse" not found`)).toMatch(/^the webhook's Service is not there: /);
  expect(obstacleIn(`${FAILED}the server is currently unable to handle the request`)).toMatch(
    /^the server has not read/,
  );
});

test("says so when the webhook was not the one to refuse", () => {
  const message = 'aigatewayconfigs.gateway.example.com is forbidden: User "x" cannot create resource';
  expect(obstacleIn(message)).toBe(`the API server refused it by itself: ${message}`);
});
