import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { terminalOf } from "./terminal.ts";

function stream(more: object = {}) {
  return Object.assign(new EventEmitter(), more);
}

test.each<[string, object, number, boolean]>([
  ["a file", {}, 160, false],
  ["a terminal with colours", { isTTY: true, columns: 90, hasColors: () => true }, 90, true],
  ["a terminal without", { isTTY: true, columns: 90, hasColors: () => false }, 90, false],
])("knows %s", (_, properties, width, isColoured) => {
  using terminal = terminalOf(stream(properties));
  expect([terminal.width, terminal.isColoured]).toEqual([width, isColoured]);
});

test("follows the window's width", () => {
  const output = stream({ columns: 90 });
  using terminal = terminalOf(output);
  Object.assign(output, { columns: 40 });
  expect(terminal.width).toBe(40);
});

test("notices that nobody reads any more, until it is disposed of", () => {
  const output = stream();
  {
    using terminal = terminalOf(output);
    output.emit("error", new Error("EPIPE"));
    expect(terminal.closed.aborted).toBe(true);
  }
  expect(output.listenerCount("error")).toBe(0);
});
