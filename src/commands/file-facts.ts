import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { DirectoryDocument, DirectoryFault } from "#source/object-directory.ts";
import type { SourceDocument } from "#source/source-document.ts";
import { factsIn } from "./facts-in-documents.ts";

/** What files say that others are judged by, in an index that they alone fill. */
export class FileFacts {
  readonly index: FactIndex;
  #accepted: readonly KubernetesObject[] = [];

  constructor(index: FactIndex) {
    this.index = index;
  }

  /**
   * Puts the facts among some documents in the place of all that the index holds,
   * or, where one of them is faulty, says what is wrong and leaves the index as it
   * is. Documents of other kinds are left alone.
   */
  accept(documents: readonly DirectoryDocument[]): readonly DirectoryFault[] {
    const { found, faults } = factsIn(documents, this.index);
    if (faults.length > 0) return faults;
    this.index.replace(found);
    this.#accepted = found;
    return [];
  }

  /**
   * What holds once these documents are applied too, all together: of one name the
   * last form. A document alone is judged by what is there already, since an object
   * is no fact for itself.
   */
  with(documents: readonly SourceDocument[]): PolicyLookup {
    if (documents.length < 2) return this.index;
    const { found } = factsIn(
      documents.map((document) => ({ ...document, file: "" })),
      this.index,
    );
    if (found.length === 0) return this.index;
    const together = new FactIndex(this.index.models);
    together.replace([...this.#accepted, ...found]);
    return together;
  }
}
