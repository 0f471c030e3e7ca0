import type { Rule } from "./rule.ts";

/** Every rule, in the order of the documentation. A new rule is a file in `rules/` and a line here. */
export const RULES: readonly Rule[] = [];
