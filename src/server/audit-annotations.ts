import { denies, type Verdict, warns } from "#review/verdict.ts";

/** Characters of one value: rule ids are few, policies may be many. */
const MAX_VALUE_LENGTH = 1024;

/**
 * What the API server's audit log keeps of a verdict. Keys hold no slash, since
 * it puts the webhook's name and a slash before them.
 */
export function auditAnnotationsOf({ violations, audited }: Verdict): Readonly<Record<string, string>> | undefined {
  if (violations.length + audited.length === 0) return undefined;
  const annotations: Record<string, string> = {};
  const put = (key: string, values: readonly string[]) => {
    if (values.length > 0) annotations[key] = listed(values);
  };
  put(
    "denied-by-rules",
    violations.filter(denies).map(({ rule }) => rule),
  );
  put(
    "warned-by-rules",
    violations.filter(warns).map(({ rule }) => rule),
  );
  put(
    "audited-rules",
    violations.filter(({ action }) => action === "Audit").map(({ rule }) => rule),
  );
  put(
    "audited-policies",
    audited.map(({ policy, violation }) => `${policy}:${violation.rule}`),
  );
  return annotations;
}

function listed(values: readonly string[]): string {
  const text = [...new Set(values)].sort().join(",");
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}
