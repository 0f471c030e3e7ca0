import type { FactObject } from "#cluster/fact-handler.ts";
import { factTypes } from "#cluster/fact-types.ts";
import type { InformerFactory } from "#kube/informer-factory.ts";
import type { StoreReader } from "#kube/store.ts";
import type { FactKind } from "#policy/fact-index.ts";

/** The objects of a kind as they are stored, good or not, from the informers that fill the fact index. */
export type FactStores = (kind: FactKind) => StoreReader<FactObject>;

export function factStores(informers: InformerFactory): FactStores {
  const types = new Map(factTypes("whole").map((type) => [type.kind, type]));
  return (kind) => {
    const known = types.get(kind);
    if (!known) throw new Error(`${kind} is no kind of facts`);
    return informers.informer<FactObject>(known.type, known.wanted).store;
  };
}
