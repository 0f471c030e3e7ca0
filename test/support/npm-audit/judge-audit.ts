/** What becomes of a run of CI by what `npm audit --json` printed. */
export interface AuditVerdict {
  /** `findings` fails; `unanswered` does not, but says that nothing was audited. */
  readonly outcome: "clean" | "findings" | "unanswered";
  readonly lines: readonly string[];
}

/** Below these there is no hurry: the update comes with the next release. */
const FAILING = ["high", "critical"] as const;

/** Throws on a fault that is not the registry's or the network's, such as an absent lockfile. */
export function judgeAudit(printed: string): AuditVerdict {
  const { vulnerabilities, metadata, message } = JSON.parse(printed) as AuditOutput;
  if (vulnerabilities && metadata) {
    const isFailing = FAILING.some((severity) => metadata.vulnerabilities[severity] > 0);
    const advisories = Object.values(vulnerabilities).flatMap(advisoriesOf);
    const summary = `${isFailing ? "known faults" : "no known fault"} of level ${FAILING.join(" or ")} in production packages`;
    return { outcome: isFailing ? "findings" : "clean", lines: [`npm audit: ${summary}`, ...advisories] };
  }
  if (message === undefined) throw new Error(`npm audit did not audit: ${printed}`);
  return { outcome: "unanswered", lines: [`npm audit: NOT AUDITED, asking the registry failed: ${named(message)}`] };
}

/** Either a report or what went wrong; `message` is there when asking the registry did. */
interface AuditOutput {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<(typeof FAILING)[number], number>> };
}

interface Vulnerability {
  /** Advisories about the package, and the names of packages through which it has others. */
  readonly via: readonly (string | Advisory)[];
}

interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
  readonly range: string;
}

function advisoriesOf({ via }: Vulnerability): readonly string[] {
  return via
    .filter((reason) => typeof reason !== "string")
    .map(({ severity, name, range, title, url }) => `  ${severity}: ${name} ${range}: ${title} (${url})`);
}

/** A registry's address may hold a password. */
function named(message: string): string {
  return message.replaceAll(/https?:\/\/\S+/g, "the registry");
}
