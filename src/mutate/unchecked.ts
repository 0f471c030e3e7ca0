/**
 * An object as a user may have sent it: fields have the names of `T`'s, and any
 * value. Mutation runs before anything has judged the object's shape.
 */
export type Unchecked<T extends object> = Readonly<Partial<Record<keyof T, unknown>>>;

/** The value as an object whose fields may be read, or undefined where it is no object. */
export function unchecked<T extends object>(value: unknown): Unchecked<T> | undefined {
  return isJsonObject(value) ? (value as Unchecked<T>) : undefined;
}

/** Whether a decoded JSON value is an object; a list is none. */
export function isJsonObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
