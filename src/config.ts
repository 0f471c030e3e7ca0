/** What the environment says. Options of the command line come first. */
export interface Config {
  /** `GATEHOUSE_LOG_LEVEL`. */
  readonly logLevel: string | undefined;
}

/** Reads the environment: the one place that does. */
export function readConfig(): Config {
  return Object.freeze({ logLevel: process.env["GATEHOUSE_LOG_LEVEL"] });
}
