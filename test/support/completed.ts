/** What comes of work that yields after each step, in one go. */
export function completed<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
