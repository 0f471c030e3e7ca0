import type { ConfigSources, Entries } from "./config-sources.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import { downwardValue } from "./downward-api.ts";
import type { DownwardSource, FileSource, Pod, ProjectedSource, TokenSource, Volume } from "./pod.ts";

/** Contents by path. */
export type Files = ReadonlyMap<string, Buffer>;

export interface VolumeContext {
  readonly pod: Pod;
  /** The Pod's own. */
  readonly address: string;
  readonly sources: ConfigSources;
  /** A token that is valid now. */
  readonly token: (wanted: TokenSource) => Promise<string>;
}

/** What a volume shows; undefined for one that is the Pod's own to write. Throws ContainerConfigError for what is not there. */
export async function volumeFiles(volume: Volume, context: VolumeContext): Promise<Files | undefined> {
  const { name, emptyDir, configMap, secret, downwardAPI, projected } = volume;
  if (emptyDir) return undefined;
  if (configMap) return projectedFiles({ configMap }, context);
  if (secret) return projectedFiles({ secret: { ...secret, name: secret.secretName } }, context);
  if (downwardAPI) return projectedFiles({ downwardAPI }, context);
  if (!projected) throw new ContainerConfigError(REASON, `volume ${name}: of a kind that the process node lacks`);
  const parts = await Promise.all((projected.sources ?? []).map((source) => projectedFiles(source, context)));
  return new Map(parts.flatMap((files) => [...files]));
}

async function projectedFiles(source: ProjectedSource, context: VolumeContext): Promise<Files> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  const { pod, sources, token } = context;
  const namespace = pod.metadata.namespace ?? "";
  if (configMap) return selected(configMap, sources.configMap(namespace, configMap), "ConfigMap");
  if (secret) return selected(secret, sources.secret(namespace, secret), "Secret");
  if (downwardAPI) return downwardFiles(downwardAPI, context);
  if (serviceAccountToken) {
    return new Map([[serviceAccountToken.path, Buffer.from(await token(serviceAccountToken))]]);
  }
  throw new ContainerConfigError(REASON, "a projected volume has a source that the process node lacks");
}

function selected({ name, items, optional = false }: FileSource, entries: Entries | undefined, kind: string): Files {
  if (entries === undefined && !optional) throw new ContainerConfigError(REASON, `${kind} "${name}" not found`);
  if (entries === undefined || items === undefined) return entries ?? new Map();
  const files = new Map<string, Buffer>();
  for (const { key, path } of items) {
    const content = entries.get(key);
    if (content) files.set(path, content);
    else if (!optional) throw new ContainerConfigError(REASON, `${kind} "${name}" has no key "${key}"`);
  }
  return files;
}

function downwardFiles({ items = [] }: DownwardSource, { pod, address }: VolumeContext): Files {
  return new Map(
    items.map(({ path, fieldRef }) => {
      const value = fieldRef && downwardValue(pod, address, fieldRef.fieldPath);
      if (value === undefined) throw new ContainerConfigError(REASON, `no field ${fieldRef?.fieldPath} for ${path}`);
      return [path, Buffer.from(value)];
    }),
  );
}

const REASON = "FailedMount";
