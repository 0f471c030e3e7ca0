/**
 * This machine cannot have a control plane, for a reason that its owner can
 * change. Suites that need one did not run; on a CI server that is a failure.
 */
export class ControlPlaneUnavailable extends Error {
  override readonly name = "ControlPlaneUnavailable";
}
