import { CONFIRMED, differs, type Echo, jsonOf, unexpected } from "./confirmation.ts";

/**
 * Caddy answers its admin API's `/config/` with the configuration that runs, as it
 * was given. The hash stands in the `@id` of some object in it, which nobody but
 * us writes: what users say is in other fields.
 */
export const askCaddy: Echo = async (instance, expected) => {
  const path = instance.path ?? "/config/";
  const answer = await instance.get(path);
  if (answer.type !== "answered") return answer;
  const running = jsonOf(answer);
  if (running === undefined) return unexpected(instance, path, "something that is not JSON");
  const ids = [...idsIn(running, MAX_DEPTH)];
  if (ids.some((id) => id === expected.hash || id.endsWith(`/${expected.hash}`))) return CONFIRMED;
  return differs(instance, path, ids[0] ?? "", expected);
};

/** Far deeper than a configuration; a hostile answer must not end the stack. */
const MAX_DEPTH = 64;

function* idsIn(value: unknown, depth: number): Generator<string> {
  if (typeof value !== "object" || value === null || depth === 0) return;
  const id = (value as { readonly "@id"?: unknown })["@id"];
  if (typeof id === "string") yield id;
  for (const inner of Object.values(value)) yield* idsIn(inner, depth - 1);
}
