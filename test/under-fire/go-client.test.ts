import { expect, test } from "vitest";
import { GoClient } from "../support/go-client/go-client.ts";
import { REVIEW, reviewWith, StartedAdmissionServer } from "../support/started-admission-server.ts";

/** Both sides' time-outs are divided by it: 90 s become 4.5 s. */
const SCALE = 20;

/** As many as the API server keeps idle. */
const CONNECTIONS = 25;

const body = JSON.stringify(REVIEW);

test.each([
  ["4 to 6 s", 4, 6, 24],
  ["59 to 61 s", 59, 61, 1],
  ["89 to 91 s", 89, 91, 2],
])("no POST fails after gaps of %s", async (_, from, to, rounds) => {
  await using server = await StartedAdmissionServer.start(undefined, {
    keepAlive: 120_000 / SCALE,
    keepAliveBuffer: 1000 / SCALE,
  });
  expect(await failures(server, gaps(from, to, rounds))).toEqual([]);
});

test("they would with the time-out that Node has by default", async () => {
  await using server = await StartedAdmissionServer.start(undefined, {
    keepAlive: 5000 / SCALE,
    keepAliveBuffer: 1000 / SCALE,
  });
  // Node closes a second after its time-out: that is the moment to meet.
  const failed = await failures(server, gaps(5.8, 6.2, 48));
  expect(failed.join("\n")).toMatch(/EOF|reset|broken pipe/);
});

/** Milliseconds between `from` and `to` seconds, evenly spread and scaled down. */
function gaps(from: number, to: number, rounds: number): readonly number[] {
  return Array.from({ length: rounds + 1 }, (_, index) => ((from + ((to - from) * index) / rounds) * 1000) / SCALE);
}

/** What Go said of the POSTs that failed. */
async function failures(server: StartedAdmissionServer, pauses: readonly number[]): Promise<readonly string[]> {
  const { port, certificate } = server;
  await using client = await GoClient.start({
    port,
    certificate: certificate.certificate,
    idle: `${90_000 / SCALE}ms`,
  });
  const failed: string[] = [];
  for (const pause of [0, ...pauses]) {
    const answers = await client.send({ pauseMilliseconds: Math.round(pause), concurrency: CONNECTIONS, body });
    failed.push(...answers.flatMap(({ code, error }) => (code === 200 ? [] : [error ?? String(code)])));
  }
  return failed;
}

test.each([
  ["an empty body", { body: "" }, 400],
  ["malformed JSON", { body: "{" }, 400],
  ["a truncated body", { body: body.slice(0, -20) }, 400],
  ["another content type", { body, headers: { "content-type": "text/plain" } }, 415],
  ["another charset", { body, headers: { "content-type": "application/json; charset=latin1" } }, 415],
  ["no request", { body: JSON.stringify({ ...REVIEW, request: undefined }) }, 400],
  ["no uid", { body: reviewWith({ uid: undefined }) }, 400],
  ["an unknown version", { body: JSON.stringify({ ...REVIEW, apiVersion: "admission.k8s.io/v2" }) }, 400],
  ["a body over the limit", { body: Buffer.alloc(7 * 1024 * 1024 + 1, " ") }, 413],
  ["another method", { method: "PUT", body }, 405],
  ["an unknown path", { path: "/nowhere", body }, 404],
  ["a chunked body", { body, chunked: true }, 200],
  ["Expect: 100-continue", { body, headers: { expect: "100-continue" } }, 200],
])("%s is answered, and so is what follows", async (_, step, code) => {
  await using server = await StartedAdmissionServer.start();
  await using client = await GoClient.start({ port: server.port, certificate: server.certificate.certificate });
  const [answer] = await client.send(step);
  expect(answer).toMatchObject({ code });
  expect(await client.send({ body, concurrency: 3 })).toMatchObject([{ code: 200 }, { code: 200 }, { code: 200 }]);
});
