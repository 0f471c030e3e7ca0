import { expect, test } from "vitest";
import { poll } from "./poll.ts";

test("answers the first answer that is one", async () => {
  const answers = [undefined, false, 0] as const;
  let asked = 0;
  expect(await poll("a number", async () => answers[asked++])).toBe(0);
});

test("takes a failing probe for not yet, and names its failure when time runs out", async () => {
  const cause = new Error("refused");
  const failing = poll("an answer", () => Promise.reject(cause), { within: 10 });
  await expect(failing).rejects.toMatchObject({ message: "an answer: not within 0.01 s", cause });
});

test("ends at once with the reason of its signal", async () => {
  const signal = AbortSignal.abort(new Error("the program died"));
  await expect(poll("an answer", async () => undefined, { signal })).rejects.toThrow("the program died");
});
