interface Named {
  readonly name: string;
}

/** Orders by name, code unit by code unit: the same on every machine, whatever its locale. */
export function byName(a: Named, b: Named): number {
  return compareNames(a.name, b.name);
}

export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
