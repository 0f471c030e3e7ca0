import type { ConfigSources, Entries } from "./config-sources.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import { downwardValue } from "./downward-api.ts";
import { expandVariables } from "./expand-variables.ts";
import type { Container, EnvironmentSource, EnvironmentVariable, Pod } from "./pod.ts";

export interface EnvironmentContext {
  readonly pod: Pod;
  /** The Pod's own. */
  readonly address: string;
  readonly sources: ConfigSources;
  /** What the image and the node give; a container's own come over it. */
  readonly given: Readonly<Record<string, string>>;
}

/** The variables of a container; throws ContainerConfigError for what is asked for and not there. */
export function containerEnvironment(container: Container, context: EnvironmentContext): Record<string, string> {
  const values: Record<string, string> = { ...context.given };
  for (const source of container.envFrom ?? []) Object.assign(values, fromSource(source, context));
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, values, context);
    if (value !== undefined) values[variable.name] = value;
  }
  return values;
}

function fromSource({ prefix = "", configMapRef, secretRef }: EnvironmentSource, context: EnvironmentContext) {
  const { pod, sources } = context;
  const namespace = pod.metadata.namespace ?? "";
  const reference = configMapRef ?? secretRef;
  if (reference === undefined) return {};
  const entries = configMapRef ? sources.configMap(namespace, configMapRef) : sources.secret(namespace, reference);
  if (entries === undefined && reference.optional !== true) throw missing(reference.name);
  return Object.fromEntries(Array.from(entries ?? [], ([key, value]) => [`${prefix}${key}`, value.toString()]));
}

/** Undefined where something optional is not there: then there is no such variable. */
function valueOf(
  { name, value = "", valueFrom }: EnvironmentVariable,
  values: Readonly<Record<string, string>>,
  { pod, address, sources }: EnvironmentContext,
): string | undefined {
  const namespace = pod.metadata.namespace ?? "";
  if (valueFrom === undefined) return expandVariables(value, values);
  const { fieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) {
    const field = downwardValue(pod, address, fieldRef.fieldPath);
    if (field === undefined) throw new ContainerConfigError(REASON, `${name}: no field ${fieldRef.fieldPath}`);
    return field;
  }
  if (configMapKeyRef) return entryOf(sources.configMap(namespace, configMapKeyRef), configMapKeyRef);
  if (secretKeyRef) return entryOf(sources.secret(namespace, secretKeyRef), secretKeyRef);
  throw new ContainerConfigError(REASON, `${name}: the process node knows no such source of a value`);
}

function entryOf(
  entries: Entries | undefined,
  { name, key, optional = false }: { name: string; key: string; optional?: boolean },
): string | undefined {
  const value = entries?.get(key)?.toString();
  if (value === undefined && !optional) throw missing(entries ? `${name}, key ${key}` : name);
  return value;
}

const REASON = "CreateContainerConfigError";

function missing(what: string): ContainerConfigError {
  return new ContainerConfigError(REASON, `not found: ${what}`);
}
