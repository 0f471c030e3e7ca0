import { startControlPlane } from "./start.ts";

/* A program for tests about endings: starts a control plane, prints its address as one JSON line, and stands until it is killed. */

await using plane = await startControlPlane({ certManager: true });
process.stdout.write(`${JSON.stringify(plane.address)}\n`);
await plane.ended;
