import { expect, test } from "vitest";
import type { FieldPath } from "./field-changes.ts";
import { pathText } from "./field-path.ts";

test.each<[FieldPath, string]>([
  [["spec", "replicas"], "spec.replicas"],
  [["spec", "containers", { item: "app" }, "image"], "spec.containers[app].image"],
  [["args", 0], "args[0]"],
  [["args", { item: "0" }], 'args["0"]'],
  [["a", { item: "x] y" }], 'a["x] y"]'],
  [["metadata", "labels", "app.kubernetes.io/name"], 'metadata.labels["app.kubernetes.io/name"]'],
  [["data", "tls.crt"], 'data["tls.crt"]'],
  [["data", "a\nb"], 'data["a\\nb"]'],
  [["data", ""], 'data[""]'],
])("writes %j as %s", (path, text) => {
  expect(pathText(path)).toBe(text);
});
