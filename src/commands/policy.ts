import type { Command } from "./command.ts";
import { parseWords, suggestion } from "./parse-options.ts";
import { POLICY_OPTIONS } from "./policy/policy-options.ts";
import { runEffective } from "./policy/run-effective.ts";
import { inFull } from "./short-options.ts";
import { UsageError } from "./usage-error.ts";

export const policy: Command & { readonly operands: string } = {
  name: "policy",
  operands: "effective",
  summary: "Explain what a namespace is held to, and by whom.",
  description: [
    "Merges the policies that are in force for a namespace, or for one object in it, and prints each",
    "setting with the policy and the field that it comes from: what happens to violations of each rule,",
    "bounds, hosts, labels and defaults; the exceptions that are in force and those that have ended; and",
    "what policies in Audit would change.",
    "",
    "The policies are those of the cluster, or with --policy those of files. What an approval adds for",
    "its models, limits and defaults, depends on the model and is not told here.",
    "",
    "With --output json the answer is an object with namespace, name, isKnown, policies, settings",
    "(setting, value, source, field), exceptions, endedExceptions and audit (policy, settings).",
    "",
    "Exit codes: 0, or 2 where options, policies, cluster or rights are not usable.",
  ].join("\n"),
  options: POLICY_OPTIONS,
  async run(words, context) {
    const { values, operands } = parseWords("policy", POLICY_OPTIONS, words.map(inFull));
    const [question, ...more] = operands;
    if (question !== "effective") {
      const given = question === undefined ? "" : `, not '${question}'${suggestion(question, ["effective"])}`;
      throw new UsageError(`policy: the question must be 'effective'${given}`);
    }
    // The shell makes several words of `--policy policies/*.yaml`.
    if (more.length > 0 && values.policy.length === 0) throw new UsageError(`policy: unexpected argument '${more[0]}'`);
    await runEffective({ ...values, policy: [...values.policy, ...more] }, context);
  },
};
