import { expect, test } from "vitest";
import { type Image, imageNamed } from "./image.ts";

const image = (program: string): Image => ({ entrypoint: [program], folders: [] });

test("a name with a tag is that image alone", () => {
  const images = { "gatehouse:1": image("one") };
  expect(imageNamed(images, "gatehouse:1")?.entrypoint).toEqual(["one"]);
  expect(imageNamed(images, "gatehouse:2")).toBeUndefined();
});

test("a name without a tag stands for every tag and digest that has no entry", () => {
  const images = {
    gatehouse: image("any"),
    "gatehouse:1": image("one"),
    "registry.example:5000/gatehouse": image("theirs"),
  };
  expect(imageNamed(images, "gatehouse:1")?.entrypoint).toEqual(["one"]);
  expect(imageNamed(images, "gatehouse:2")?.entrypoint).toEqual(["any"]);
  expect(imageNamed(images, "gatehouse@sha256:0af1")?.entrypoint).toEqual(["any"]);
  expect(imageNamed(images, "gatehouse:2@sha256:0af1")?.entrypoint).toEqual(["any"]);
  expect(imageNamed(images, "registry.example:5000/gatehouse:2")?.entrypoint).toEqual(["theirs"]);
  expect(imageNamed(images, "constructor")).toBeUndefined();
});
