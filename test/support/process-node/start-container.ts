import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ConfigSources } from "./config-sources.ts";
import type { Mount } from "./container-command.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import { containerEnvironment } from "./container-environment.ts";
import { ContainerProcess } from "./container-process.ts";
import { containerUser } from "./container-user.ts";
import { expandVariables } from "./expand-variables.ts";
import { type Image, type Images, imageNamed } from "./image.ts";
import type { Container, Pod } from "./pod.ts";
import type { PodVolumes } from "./pod-volumes.ts";

/** What the containers of a Pod are started with. */
export interface ContainerContext {
  readonly pod: Pod;
  /** The Pod's own. */
  readonly address: string;
  readonly images: Images;
  readonly sources: ConfigSources;
  readonly volumes: PodVolumes;
  /** The Pod's own, for the roots of its containers. */
  readonly directory: string;
  readonly logFileOf: (container: string) => string;
  /** Variables that every container of the node has. */
  readonly environment: Readonly<Record<string, string>>;
  /** What every container of the node has mounted. */
  readonly mounts: readonly Mount[];
}

/** Starts a container's process; throws ContainerConfigError where that cannot be, as yet. */
export function startContainer(container: Container, context: ContainerContext): ContainerProcess {
  const { pod, images, volumes, directory, logFileOf, mounts } = context;
  const image = imageNamed(images, container.image);
  if (image === undefined) throw new ContainerConfigError("ErrImagePull", `no image ${container.image}`);
  const given = { PATH, HOSTNAME: pod.metadata.name, ...context.environment, ...image.environment };
  const environment = containerEnvironment(container, { ...context, given });
  const root = join(directory, "roots", container.name);
  mkdirSync(root, { recursive: true });
  const specification = {
    root,
    mounts: [...mounts, ...image.folders.map(asMount), ...volumes.mountsOf(container)],
    readOnlyRoot: container.securityContext?.readOnlyRootFilesystem ?? false,
    user: containerUser(container, pod.spec, image),
    workingDirectory: container.workingDir ?? "/",
    program: programOf(container, image).map((word) => expandVariables(word, environment)),
  };
  return new ContainerProcess(specification, environment, logFileOf(container.name));
}

/** As Docker has it, for images that set none. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function asMount(folder: string): Mount {
  return { source: folder, path: folder, readOnly: true };
}

function programOf({ command = [], args = [] }: Container, image: Image): readonly string[] {
  return [...(command.length > 0 ? command : image.entrypoint), ...args];
}
