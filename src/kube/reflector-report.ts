import { KubernetesError } from "./kubernetes-error.ts";
import type { ReflectorOptions } from "./reflector-options.ts";
import type { Resource } from "./resource.ts";

/** Says what went wrong to log, metrics and whoever else wants to know. The reflector goes on by itself. */
export function report<R extends Resource>(options: ReflectorOptions<R>, error: unknown, consequence: string): void {
  const { logger, metrics, onError, selection, type } = options;
  const message = error instanceof Error ? error.message : String(error);
  metrics?.failed(nameOf(options), error instanceof KubernetesError ? error.reason || String(error.code) : "Fault");
  const { namespace } = selection;
  logger.warn({ type: type.plural, ...(namespace !== undefined && { namespace }), error: message }, consequence);
  try {
    onError?.(error);
  } catch (thrown) {
    logger.error({ err: thrown }, "the handler of a reflector's errors threw");
  }
}

/** Label of the metrics. */
export function nameOf<R extends Resource>({ name, type }: ReflectorOptions<R>): string {
  return name ?? type.plural;
}
