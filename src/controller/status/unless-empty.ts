/**
 * A field of a status, or nothing where it is empty. Of a map, set or list map whose last
 * entry goes while the apply says that it is empty, the API server makes a null, which it
 * then refuses: until something else is to be said, the status would stay as it was.
 */
export function unlessEmpty<K extends string, V extends object>(field: K, value: V): Partial<Readonly<Record<K, V>>> {
  return Object.keys(value).length === 0 ? {} : ({ [field]: value } as Partial<Record<K, V>>);
}
