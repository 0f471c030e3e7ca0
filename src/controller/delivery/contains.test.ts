import { expect, test } from "vitest";
import { contains, laidOver } from "./contains.ts";

const PORT = { ports: [{ name: "a", port: 2 }] };
const VOLUME = { volumes: [{ name: "a", configMap: { name: "b" } }] };

test.each([
  [{ a: 1, b: 2 }, { a: 1 }],
  [{ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }],
  [{ a: {} }, { a: {} }],
  [{ resources: { limits: { cpu: "1" } } }, { resources: { limits: { cpu: "1000m" } } }],
  [{ selector: { b: "2", a: "1" } }, { selector: { a: "1", b: "2" } }],
])("%j holds %j", (present, wanted) => expect(contains(present, wanted)).toBe(true));

test.each([
  [{ a: 1 }, { a: 2 }],
  [{}, { a: 1 }],
  [undefined, { a: 1 }],
  [{ a: [1, 2] }, { a: [1] }],
  [{ a: [{ b: 2 }] }, { a: [{ b: 1 }] }],
  [{ a: {} }, { a: [] }],
  [{ a: null }, { a: {} }],
  [{ cpu: "1" }, { cpu: "1000m" }],
  [{ resources: { limits: { cpu: "2" } } }, { resources: { limits: { cpu: "1000m" } } }],
  [{ selector: { a: "1", b: "2" } }, { selector: { a: "1" } }],
])("%j does not hold %j", (present, wanted) => expect(contains(present, wanted)).toBe(false));

test.each([
  [{ a: 1, b: 2 }, { a: 3 }, { a: 3, b: 2 }],
  [{ a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
  [{ selector: { a: "1", b: "2" } }, { selector: { a: "1" } }, { selector: { a: "1" } }],
  [
    { ports: [{ name: "x" }, { name: "a", port: 1, nodePort: 3 }] },
    PORT,
    { ports: [{ name: "a", port: 2, nodePort: 3 }] },
  ],
  [{ ports: "none" }, PORT, PORT],
  [{ volumes: [{ name: "a", emptyDir: {} }] }, VOLUME, VOLUME],
  [
    { volumes: [{ name: "b" }, { ...VOLUME.volumes[0], more: 1 }] },
    VOLUME,
    { volumes: [{ ...VOLUME.volumes[0], more: 1 }] },
  ],
  [{ readinessProbe: { exec: {} } }, { readinessProbe: { httpGet: {} } }, { readinessProbe: { httpGet: {} } }],
])("over %j %j is %j", (present, wanted, laid) => expect(laidOver(present, wanted)).toEqual(laid));
