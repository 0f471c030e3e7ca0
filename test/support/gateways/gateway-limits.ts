import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { expect, test } from "vitest";
import { poll } from "../control-plane/poll.ts";
import { effectiveRoute as route } from "../effective-parts.ts";
import type { GatewayScene } from "./gateway-scene.ts";

/** What a limit of requests means is the same at every gateway that counts them: this suite is run against each. */
export function testLimits({ url, upstream, loaded, ask, model, named }: GatewayScene): void {
  async function statusesOf(paths: readonly string[], team?: string): Promise<readonly number[]> {
    const headers = team === undefined ? {} : { "X-Team": team };
    const statuses = [];
    for (const path of paths) statuses.push((await ask(path, { headers })).status);
    return statuses;
  }

  async function statusFrom(localAddress: string): Promise<number | undefined> {
    const asked = request(url(), { localAddress, agent: false }).end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  }

  function answer(): Promise<Response> {
    return fetch(`${url()}/v1/x`, { method: "POST", body: "{}", headers: { Connection: "close" } });
  }

  function raisedTo(requests: number): Promise<void> {
    const limits = [{ requests, window: "1h" }];
    return loaded({ models: [model("raised", { limits })], routes: [route("/", "raised")] });
  }

  test("lets as many requests in as a model's limit says, and answers the rest 429", async () => {
    await loaded({ models: [model("gpt", { rateLimits: { requestsPerMinute: 3 } })], routes: [route("/", "gpt")] });
    expect(await statusesOf(["/a", "/b", "/a", "/a", "/b"])).toEqual([200, 200, 200, 429, 429]);
    expect(upstream().taken()).toHaveLength(3);
  });

  test("counts limits of gateway, route and model apart, and by header", async () => {
    const limits = [{ requests: 1, window: "1h", key: "Header" as const, header: "X-Team" }];
    await loaded({
      models: [model("one"), model("limited", { limits: [{ requests: 1, window: "2h" }] }), model("other")],
      routes: [route("/team", "one", { limits }), route("/limited", "limited"), route("/all", "other")],
      limits: [{ requests: 9, window: "1d" }],
    });
    expect(await statusesOf(["/team", "/team"], "a")).toEqual([200, 429]);
    expect(await statusesOf(["/team"], "b")).toEqual([200]);
    expect(await statusesOf(["/team", "/team"])).toEqual([200, 429]); // of whoever has no such header, all together
    expect(await statusesOf(["/limited", "/limited"])).toEqual([200, 429]);
    expect(await statusesOf(["/all", "/all", "/all"])).toEqual([200, 200, 429]);
  });

  test("counts each client's address apart", async () => {
    const rateLimits = { requestsPerMinute: 1, key: "ClientIP" as const };
    await loaded({ models: [model("by-address", { rateLimits })], routes: [route("/", "by-address")] });
    expect([await statusFrom("127.0.0.2"), await statusFrom("127.0.0.3"), await statusFrom("127.0.0.2")]).toEqual([
      200, 200, 429,
    ]);
  });

  test("holds every limit of a model, of which some allow less than others", async () => {
    const limits = [
      { requests: 2, window: "1h" },
      { requests: 3, window: "1h" },
      { requests: 100, window: "1m" },
    ];
    await loaded({ models: [model("often", { limits })], routes: [route("/", "often")] });
    expect(await statusesOf(["/", "/", "/"])).toEqual([200, 200, 429]);
  });

  test("lets requests in again once the window is over", async () => {
    const limits = [{ requests: 1, window: "1s" }];
    await loaded({ models: [model("briefly", { limits })], routes: [route("/", "briefly")] });
    const start = performance.now();
    expect(await statusesOf(["/", "/"])).toEqual([200, 429]);
    await poll("the window is over", async () => (await ask("/")).status === 200);
    expect(performance.now() - start).toBeGreaterThan(1000);
  });

  test("goes to the fallback of a model that has had its share, and says nothing of that", async () => {
    await loaded({
      models: [{ ...named("small", ["large"]), rateLimits: { requestsPerMinute: 1 } }, named("large")],
      routes: [route("/", "small")],
    });
    const answers = [await answer(), await answer()];
    await Promise.all(answers.map((each) => each.text()));
    expect(answers.map(({ status, headers }) => [status, headers.get("retry-after")])).toEqual([
      [200, null],
      [200, null],
    ]);
    const taken = upstream().taken();
    expect(taken.map(({ headers }) => headers["x-model"])).toEqual(["small", "large"]);
    expect(taken.map(({ body }) => body)).toEqual(["{}", "{}"]);
  });

  test("goes on counting for model and gateway when other parts of the configuration change", async () => {
    const limits = [{ requests: 2, window: "1h" }];
    const counting = (others: readonly string[]) =>
      loaded({
        models: [...others.map((name) => model(name)), model("kept", { limits }), model("free")],
        routes: [...others.map((name) => route(`/${name}`, name)), route("/kept", "kept"), route("/", "free")],
        limits: [{ requests: 4, window: "1h" }],
      });
    await counting([]);
    expect(await statusesOf(["/kept"])).toEqual([200]);
    await counting(["another"]);
    expect(await statusesOf(["/kept", "/kept"])).toEqual([200, 429]);
    expect(await statusesOf(["/", "/"])).toEqual([200, 429]);
  });

  test("takes a new number at once", async () => {
    await raisedTo(1);
    expect(await statusesOf(["/", "/"])).toEqual([200, 429]);
    await raisedTo(2);
    expect(await statusesOf(["/"])).toEqual([200]);
    await raisedTo(1);
    expect(await statusesOf(["/", "/"])).toContain(429);
  });
}
