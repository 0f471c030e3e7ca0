import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { createLogger } from "#observability/logger.ts";
import { clientOf, clusterMeant } from "../cluster-access.ts";
import type { CommandContext } from "../command.ts";
import { checkScope } from "../namespace-scope.ts";
import { refusalOf } from "./cluster-refusal.ts";
import { Contact } from "./contact.ts";
import { escapeControls } from "./escape-controls.ts";
import { findWatched, type Watched } from "./find-watched.ts";
import { jsonLine } from "./json-line.ts";
import type { Sighting } from "./sighting.ts";
import { counted } from "./summary.ts";
import { type Terminal, terminalOf } from "./terminal.ts";
import { textLines, timeText } from "./text-lines.ts";
import type { WatchValues } from "./watch-options.ts";
import { watchResource } from "./watch-resource.ts";

/** Finds what is meant by the kind, and watches it until the process is asked to end or nobody reads any more. */
export async function runWatch(kind: string, values: WatchValues, context: CommandContext): Promise<void> {
  checkScope("watch", values);
  using terminal = terminalOf(process.stdout);
  const signal = AbortSignal.any([context.signal, terminal.closed]);
  const [clock, logger] = [SYSTEM_CLOCK, createLogger("error")];
  let server = "the cluster";
  try {
    const connection = await clusterMeant(values.kubeconfig, context.config);
    server = connection.server;
    using client = await clientOf(connection, "watch");
    const namespace = values["all-namespaces"] ? undefined : (values.namespace ?? connection.namespace ?? "default");
    const wish = { kind, namespace, ...selectors(values) };
    const watched = await findWatched(client, wish, { signal, timeoutMilliseconds: TIMEOUT_MILLISECONDS });
    const say = (sentence: string) => context.complain(`${timeText(clock.date())} # ${escapeControls(sentence)}\n`);
    const format = formatOf(values, terminal);
    await watchResource(
      {
        ...watched,
        client,
        clock,
        logger,
        contact: new Contact({ clock, host: client.host, say }),
        onSighting: (sighting) => context.print(format(sighting, clock.date())),
        onInitialEnd: (count) => say(`${scopeText(watched, count)} on ${client.host}; watching until Ctrl-C`),
      },
      signal,
    );
  } catch (error) {
    if (!signal.aborted) throw refusalOf(error, server, WATCH);
  }
}

/** For each question before the watch; a person waits. */
const TIMEOUT_MILLISECONDS = 10_000;

/** Exit codes that scripts can go by: the first is for whoever grants rights, after the second a later try may do. */
const WATCH = { name: "watch", notAllowed: 3, notNow: 4 };

function selectors({ selector, "field-selector": fields }: WatchValues) {
  return {
    ...(selector !== undefined && { labelSelector: selector }),
    ...(fields !== undefined && { fieldSelector: fields }),
  };
}

type Format = (sighting: Sighting, date: Date) => string;

function formatOf(values: WatchValues, terminal: Terminal): Format {
  if (values.output === "json") return jsonLine;
  const { isColoured } = terminal;
  return (sighting, date) =>
    textLines(sighting, date, { width: terminal.width, isColoured, showsStatus: values["show-status"] });
}

/** `2 configmaps in namespace shop`. */
function scopeText({ type, selection }: Watched, count: number): string {
  const place = selection.namespace === undefined ? "" : ` in namespace ${selection.namespace}`;
  const everywhere = type.namespaced && place === "" ? " in all namespaces" : place;
  return `${counted(count, "object")} of kind ${type.kind}${everywhere}`;
}
