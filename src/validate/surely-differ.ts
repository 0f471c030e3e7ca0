/**
 * Whether some texts all differ, where that can be seen cheaply: yes is certain, no
 * means that somebody has to look closely. Texts that come fresh out of a JSON
 * parser have no hash yet, and a Set of a few hundred of them costs four times as
 * much as this does.
 */
export function surelyDiffer(texts: readonly string[]): boolean {
  if (texts.length <= FEW) return fewDiffer(texts);
  if (texts.length > MOST) return false;
  hashes.fill(EMPTY);
  for (const text of texts) if (!isNew(hashOf(text))) return false;
  return true;
}

/** Fewer than these are compared with each other. */
const FEW = 8;

/** The longest list of any schema of ours. */
const MOST = 512;

function fewDiffer(texts: readonly string[]): boolean {
  for (let index = 1; index < texts.length; index += 1) {
    if (texts.lastIndexOf(texts[index] ?? "", index - 1) >= 0) return false;
  }
  return true;
}

/** Open addressing, a quarter full at most; nothing is left in it between calls. */
const hashes = new Int32Array(MOST * 4);
const LAST_PLACE = hashes.length - 1;
const EMPTY = 0;

/** Notes a hash; false where it was noted before. */
function isNew(hash: number): boolean {
  let place = hash & LAST_PLACE;
  for (let noted = hashes[place]; noted !== EMPTY; noted = hashes[place]) {
    if (noted === hash) return false;
    place = (place + 1) & LAST_PLACE;
  }
  hashes[place] = hash;
  return true;
}

/** FNV-1a over UTF-16 units, with its bits mixed, and never the value that stands for none. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 15;
  return hash === EMPTY ? 1 : hash;
}
