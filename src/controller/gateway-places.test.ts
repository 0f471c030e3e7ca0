import { expect, test } from "vitest";
import { GatewayPlaces } from "./gateway-places.ts";

const claim = (day: number, ...places: string[]) => ({ createdAt: `2027-01-0${day}T00:00:00Z`, places });

test("the oldest has a place, and of equally old ones the first by name", () => {
  const places = new GatewayPlaces();
  places.set("a/young", claim(2, "x"));
  expect(places.takenBy("a/young")).toBeUndefined();
  expect([...places.set("b/old", claim(1, "x"))]).toEqual(["a/young"]);
  expect(places.takenBy("a/young")).toBe("b/old");
  expect(places.takenBy("b/old")).toBeUndefined();
  places.set("a/old", claim(1, "x"));
  expect(places.takenBy("b/old")).toBe("a/old");
});

test("who goes or moves tells those who waited for the place", () => {
  const places = new GatewayPlaces();
  places.set("a/one", claim(1, "x", "y"));
  places.set("a/two", claim(2, "y"));
  places.set("a/three", claim(3, "z"));
  expect(places.takenBy("a/two")).toBe("a/one");
  expect([...places.set("a/one", claim(1, "x", "z"))]).toEqual(["a/two", "a/three"]);
  expect(places.takenBy("a/two")).toBeUndefined();
  expect(places.takenBy("a/three")).toBe("a/one");
  expect([...places.set("a/one", undefined)]).toEqual(["a/three"]);
  expect(places.takenBy("a/three")).toBeUndefined();
});

test("who claims nothing that another does wakes nobody", () => {
  const places = new GatewayPlaces();
  places.set("a/one", claim(1, "x"));
  expect([...places.set("a/two", claim(2, "y"))]).toEqual([]);
  expect([...places.set("a/two", claim(2, "y"))]).toEqual([]);
});
