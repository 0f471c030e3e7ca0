import { type Request, type Response, Router } from "express";
import type { Registry } from "prom-client";
import type { Readiness, ReadinessState } from "#observability/readiness.ts";

/** `/healthz`, `/readyz` and `/metrics`, as controller-runtime's managers answer them. */
export function probes(readiness: Readiness, registry: Registry): Router {
  const router = Router();
  // Alive is who answers at all: readiness that comes and goes must not restart the process.
  router.get("/healthz{/:name}", (request, response) => answer(request, response, [{ name: "ping", holds: true }]));
  router.get("/readyz{/:name}", async (request, response) => answer(request, response, await readiness.states()));
  router.get("/metrics", async (_request, response) => {
    response.set("content-type", registry.contentType).send(await registry.metrics());
  });
  return router;
}

/** `?verbose` lists every claim, `?exclude=name` leaves one out, `/readyz/name` asks for one alone. */
function answer(request: Request, response: Response, states: readonly ReadinessState[]): void {
  const { name } = request.params;
  const excluded = [request.query["exclude"]].flat();
  const asked = states.filter((state) => (name === undefined ? !excluded.includes(state.name) : state.name === name));
  if (name !== undefined && asked.length === 0) {
    response.status(404).type("text/plain").send("404 page not found\n");
    return;
  }
  const isSound = asked.every(({ holds }) => holds);
  const lists = !isSound || "verbose" in request.query;
  response
    .status(isSound ? 200 : 503)
    .type("text/plain")
    .set("cache-control", "no-store")
    .send(lists ? listed(asked, request.path, isSound) : "ok");
}

function listed(states: readonly ReadinessState[], path: string, isSound: boolean): string {
  const lines = states.map(({ name, holds }) => (holds ? `[+]${name} ok` : `[-]${name} failed: reason withheld`));
  const check = path.split("/")[1] ?? "";
  return `${[...lines, `${check} check ${isSound ? "passed" : "failed"}`].join("\n")}\n`;
}
