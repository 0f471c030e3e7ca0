import { isNotFound } from "./kubernetes-error.ts";

/** What the API server answers about an object, or undefined where it has none of that name: it was deleted meanwhile. */
export async function unlessGone<R>(answer: Promise<R>): Promise<R | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
