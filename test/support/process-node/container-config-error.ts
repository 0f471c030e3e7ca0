/** The container cannot be made as it is specified; it is tried again, since what is missing may come. */
export class ContainerConfigError extends Error {
  override readonly name = "ContainerConfigError";
  /** As in `state.waiting.reason`. */
  readonly reason: string;

  constructor(reason: "CreateContainerConfigError" | "ErrImagePull" | "FailedMount", message: string) {
    super(message);
    this.reason = reason;
  }
}
