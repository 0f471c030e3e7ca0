/**
 * This machine cannot have a control plane, for a reason that its owner can
 * change. Suites that need one did not run; on a CI server that is a failure.
 */
export class ControlPlaneUnavailable extends Error {
  override readonly name = "ControlPlaneUnavailable";
}

/** The end of a sentence that says what is missing. */
export const WITHOUT_GO = "there is no Go to build that with. Install Go 1.26.";
