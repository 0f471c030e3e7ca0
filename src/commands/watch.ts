import type { Command } from "./command.ts";
import { parseOptions } from "./parse-options.ts";
import { runWatch } from "./watch/run-watch.ts";
import { WATCH_OPTIONS } from "./watch/watch-options.ts";
import { watchWords } from "./watch/watch-words.ts";

export const watch: Command & { readonly operands: string } = {
  name: "watch",
  operands: "KIND",
  summary: "Watch any kind of resource, field by field.",
  description: [
    "Shows the objects of any kind that the cluster has, and then every change of them, until Ctrl-C.",
    "KIND is any name that kubectl accepts: configmaps, configmap, cm, deployments.apps.",
    "",
    "  =  was there at the start        ~  changed; its fields follow as old → new",
    "  +  came                          ±  another object under the same name, made while away",
    "  -  went",
    "",
    "Time-outs, compaction and restarts of the API server are lived through; what was missed is found",
    "by comparing, and said. Messages about the server go to standard error. Values in Secrets and",
    "credentials in AIGatewayConfigs and ModelConfigs are never shown, only that they changed.",
    "",
    "With --output json each line is an object with time, type (initial, added, changed, recreated,",
    "deleted), namespace, name, uid, for changed and recreated ones changes (path, old, new), and for",
    "objects that were deleted while away missed.",
    "",
    "Exit codes: 0 ended by Ctrl-C, 2 options, kubeconfig, kind or selector are not usable, 3 the cluster",
    "does not allow it, 4 it cannot be reached or does not answer as it should.",
  ].join("\n"),
  options: WATCH_OPTIONS,
  async run(words, context) {
    const { kind, words: options } = watchWords(words, WATCH_OPTIONS);
    await runWatch(kind, parseOptions("watch", WATCH_OPTIONS, options), context);
  },
};
