/** Something that the user can put right, in one line each: exit code 2, no stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
