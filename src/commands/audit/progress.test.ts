import { expect, test } from "vitest";
import { ManualClock } from "../../../test/support/manual-clock.ts";
import { Progress } from "./progress.ts";

function progressOn(isTerminal: boolean) {
  const clock = new ManualClock();
  const written: string[] = [];
  return { clock, written, progress: new Progress({ write: (text) => void written.push(text), isTerminal, clock }) };
}

test("a short run shows nothing", () => {
  const { clock, written, progress } = progressOn(true);
  clock.advance(499);
  progress.show("reading");
  progress.clear();
  expect(written).toEqual([]);
});

test("a long run shows its newest state in one line, ten times a second, and takes it away", () => {
  const { clock, written, progress } = progressOn(true);
  clock.advance(500);
  progress.show("1");
  progress.show("2");
  clock.advance(100);
  progress.show("3");
  progress.clear();
  progress.clear();
  expect(written).toEqual(["\r\u001b[2K1", "\r\u001b[2K3", "\r\u001b[2K"]);
});

test("what is no terminal is left alone", () => {
  const { clock, written, progress } = progressOn(false);
  clock.advance(1000);
  progress.show("reading");
  progress.clear();
  expect(written).toEqual([]);
});
