/** `-n`, `-nshop` and `-n=shop` as `--namespace`, `--namespace=shop`, as kubectl has taught everybody's fingers; anything else as it is. */
export function inFull(word: string): string {
  const name = SHORT[word.slice(0, 2)];
  if (name === undefined) return word;
  const value = word.slice(2).replace(/^=/, "");
  return value === "" ? `--${name}` : `--${name}=${value}`;
}

const SHORT: Readonly<Record<string, string>> = {
  "-n": "namespace",
  "-A": "all-namespaces",
  "-l": "selector",
  "-o": "output",
};
