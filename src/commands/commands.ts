import { audit } from "./audit.ts";
import type { Command } from "./command.ts";
import { crds } from "./crds.ts";
import { exportCommand } from "./export.ts";
import { health } from "./health.ts";
import { policy } from "./policy.ts";
import { probe } from "./probe.ts";
import { rules } from "./rules.ts";
import { serve } from "./serve.ts";
import { uninstall } from "./uninstall.ts";
import { validate } from "./validate.ts";
import { version } from "./version.ts";
import { watch } from "./watch.ts";

/** Every command, in the order of the help. A new one is a file and a line here. */
export const COMMANDS: readonly Command[] = [
  serve,
  validate,
  audit,
  policy,
  rules,
  crds,
  exportCommand,
  health,
  probe,
  uninstall,
  version,
  watch,
];
