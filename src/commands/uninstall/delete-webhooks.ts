import { MUTATING_WEBHOOKS, VALIDATING_WEBHOOKS } from "#controller/cluster-objects.ts";
import type { Client } from "#kube/client.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import type { Attempt } from "../until-done.ts";
import { checkOurs, type Installation } from "./installation.ts";

/** Deletes both webhook configurations, where they are. */
export async function deleteWebhooks(
  client: Pick<Client, "get" | "delete">,
  { name }: Installation,
  signal: AbortSignal,
): Promise<Attempt<string>> {
  for (const type of [VALIDATING_WEBHOOKS, MUTATING_WEBHOOKS]) {
    const present = await unlessGone(client.get(type, { name }, { metadataOnly: true, signal }));
    if (!present) continue;
    checkOurs({ ...present, kind: type.kind });
    await unlessGone(client.delete(type, { name }, { signal }));
  }
  return { done: `webhook configurations ${name} are gone` };
}
