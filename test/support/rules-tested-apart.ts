/** Rules whose cases are of another form, each with the reason. */
export const RULES_TESTED_APART: Readonly<Record<string, string>> = {
  "in-use": "judges deletions, which leave nothing alone that was there before",
  "secret-reference": "reads Secrets, which no fixture holds",
  "probable-typo": "reads the source or last-applied, and not the object",
};
