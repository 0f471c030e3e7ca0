import { describe, expect, test } from "vitest";
import { type EventDetails, eventOf, seriesKeyOf } from "./event-object.ts";

const now = new Date("2026-01-02T03:04:05.678Z");
const source = { controller: "example.com/controller", instance: "controller-0" };
const details: EventDetails = { type: "Warning", reason: "Failed", action: "Render", note: "it failed" };
const regarding = {
  apiVersion: "example.com/v1",
  kind: "Thing",
  metadata: { name: "thing", namespace: "team", uid: "1", resourceVersion: "7", labels: { a: "b" } },
};
const note = (text: string) => eventOf(source, regarding, { ...details, note: text }, now).note;
const nameOf = (name: string) => eventOf(source, { ...regarding, metadata: { name } }, details, now).metadata.name;

describe("an event", () => {
  test("says who reports what about whom, in microseconds (clause 17)", () => {
    const { metadata, ...event } = eventOf(source, regarding, details, now);
    expect(metadata.namespace).toBe("team");
    expect(event).toEqual({
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      eventTime: "2026-01-02T03:04:05.678000Z",
      reportingController: "example.com/controller",
      reportingInstance: "controller-0",
      ...details,
      regarding: {
        apiVersion: "example.com/v1",
        kind: "Thing",
        name: "thing",
        namespace: "team",
        uid: "1",
        resourceVersion: "7",
      },
    });
  });

  test("about an object without a namespace is in `default` (clause 17)", () => {
    expect(eventOf(source, { ...regarding, metadata: { name: "all" } }, details, now).metadata.namespace).toBe(
      "default",
    );
  });

  test("is named after its object and the time, in hexadecimal nanoseconds (clause 17)", () => {
    const [name, time] = nameOf("thing").split(".");
    expect(name).toBe("thing");
    expect(BigInt(`0x${time}`) / 1_000_000n).toBe(BigInt(now.getTime()));
  });

  test.each(["system:node", "x".repeat(250), "Upper"])(
    "is named by a UUID where %s makes no name (clause 17)",
    (name) => {
      expect(nameOf(name)).toMatch(/^[0-9a-f]{8}-[-0-9a-f]{27}$/);
    },
  );

  test("has a note of 1024 bytes at most, and no half character", () => {
    expect(note("x".repeat(1024))).toBe("x".repeat(1024));
    expect(note("x".repeat(1025))).toBe(`${"x".repeat(1021)}…`);
    expect(note("ü".repeat(1000))).toBe(`${"ü".repeat(510)}…`);
    expect(Buffer.byteLength(note("😀".repeat(1000)))).toBeLessThanOrEqual(1024);
    expect(note("😀".repeat(1000))).not.toContain("\ufffd");
  });

  test("is refused for an object that does not say what it is", () => {
    expect(() => eventOf(source, { metadata: { name: "thing" } }, details, now)).toThrow("apiVersion and kind");
  });
});

test("a repetition may differ in its note and the object's version, and in nothing else (clause 18)", () => {
  const key = (change: object, thing = regarding) =>
    seriesKeyOf(eventOf(source, thing, { ...details, ...change }, now));
  const changed = { ...regarding, metadata: { ...regarding.metadata, resourceVersion: "8" } };
  const recreated = { ...regarding, metadata: { ...regarding.metadata, uid: "2" } };
  expect(key({ note: "again" }, changed)).toBe(key({}));
  const others = [
    key({ type: "Normal" }),
    key({ reason: "B" }),
    key({ action: "B" }),
    key({ related: regarding }),
    key({}, recreated),
  ];
  expect(new Set([key({}), ...others]).size).toBe(6);
});
