import { AUDIT_OPTIONS } from "./audit/audit-options.ts";
import { runAudit } from "./audit/run-audit.ts";
import type { Command } from "./command.ts";
import { parseWords } from "./parse-options.ts";
import { inFull } from "./short-options.ts";
import { UsageError } from "./usage-error.ts";

export const audit: Command = {
  name: "audit",
  summary: "Judge what is stored in a cluster, before policies are enforced.",
  description: [
    "Judges the stored objects of every namespaced kind under the policies of the cluster, or under those",
    "that it would have with the ones of --policy, and prints what would be denied or warned of if the",
    "objects were created today. What was there before excuses nothing here, and nothing is changed.",
    "",
    "Everything is read once; nothing is watched. Whoever runs it needs the right to list the objects,",
    "the policies, approved models and classes, and to read the namespaces; what is missing is named.",
    "",
    "With --output json the answer is an object with objects (kind, namespace, name, allowed, violations,",
    "audited), which are those of which there is something to say, and totals.",
    "",
    "Exit codes: 0 nothing would be denied, 1 something would be, 2 options, policies, cluster or rights",
    "are not usable.",
  ].join("\n"),
  options: AUDIT_OPTIONS,
  async run(words, context) {
    const { values, operands } = parseWords("audit", AUDIT_OPTIONS, words.map(inFull));
    const [operand] = operands;
    // The shell makes several words of `--policy policies/*.yaml`.
    if (operand !== undefined && values.policy.length === 0)
      throw new UsageError(`audit: unexpected argument '${operand}'; policies to try are named by --policy`);
    await runAudit({ ...values, policy: [...values.policy, ...operands] }, context);
  },
};
