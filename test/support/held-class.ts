import type { FactObject } from "#cluster/fact-handler.ts";
import type { Client } from "#kube/client.ts";
import { ClassHolder } from "../../src/controller/classes/class-holder.ts";
import { CLASSES } from "../../src/controller/classes/class-reconciler.ts";

/** Holds on to one class, whatever its name, as it is stored now, for gateways that it writes down. */
export async function heldClass(client: Client, name: string, gateways = new Set<string>()): Promise<ClassHolder> {
  const stored = await client.get<FactObject>(CLASSES, { name });
  return new ClassHolder({
    client,
    classes: { get: () => stored },
    needs: { expect: (gateway) => void gateways.add(gateway), forget: (gateway) => void gateways.delete(gateway) },
  });
}
