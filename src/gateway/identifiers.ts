/** What a gateway's configuration calls the credential, the cluster or the handler of something that users name. */
export interface Identifiers {
  /** Completes "names become …". */
  readonly form: string;
  /** Names that are surely told apart, if each of several is one of these. Nearly all are, and need no comparing. */
  readonly plain: RegExp;
  readonly of: (name: string) => string;
}

/** What a key of a Secret may be (Kubernetes, IsConfigMapKey), which is a file's name where the Secret is mounted. */
export const SECRET_KEYS: Identifiers = {
  form: "keys of a Secret, in which what is not a letter, a digit, '-', '.' or '_' is '_'",
  plain: /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/,
  // Kubernetes takes neither `..` nor what begins with it.
  of: (name) => name.replaceAll(/[^-._A-Za-z0-9]/g, "_").replace(/^\./, "_"),
};

/** What every shell takes as a variable's name (POSIX), behind a prefix of ours that is a letter. */
export const VARIABLES: Identifiers = {
  form: "variables of the environment, in capitals, in which what is not a letter or a digit is '_'",
  plain: /^[a-z0-9-]+$/, // one to one as long as only one character becomes `_`
  of: (name) => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_"),
};
