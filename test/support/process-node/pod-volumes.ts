import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomicDirectory } from "../atomic-directory.ts";
import type { Mount } from "./container-command.ts";
import type { Container } from "./pod.ts";
import { type Files, type VolumeContext, volumeFiles } from "./volume-files.ts";

/** The volumes of one Pod, as folders. */
export class PodVolumes {
  readonly #directory: string;
  readonly #context: VolumeContext;
  readonly #written = new Map<string, Files>();

  /** Writes below the directory. */
  constructor(directory: string, context: VolumeContext) {
    this.#directory = directory;
    this.#context = context;
  }

  /** Brings them to what their sources hold now; what has not changed is not written. Throws ContainerConfigError. */
  async refresh(): Promise<void> {
    for (const volume of this.#context.pod.spec.volumes ?? []) {
      const directory = join(this.#directory, volume.name);
      const files = await volumeFiles(volume, this.#context);
      if (files === undefined) await makeEmpty(directory);
      else if (!isSame(files, this.#written.get(volume.name))) {
        await writeAtomicDirectory(directory, files);
        this.#written.set(volume.name, files);
      }
    }
  }

  mountsOf({ volumeMounts = [] }: Container): readonly Mount[] {
    return volumeMounts.map(({ name, mountPath, subPath = "", readOnly = false }) => ({
      source: join(this.#directory, name, subPath),
      path: mountPath,
      readOnly: readOnly || this.#written.has(name), // as the kubelet mounts whatever it writes itself
    }));
  }
}

/** For the containers, whoever they run as. */
async function makeEmpty(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o777);
}

function isSame(files: Files, known: Files | undefined): boolean {
  if (known?.size !== files.size) return false;
  return Array.from(files).every(([path, content]) => known.get(path)?.equals(content) ?? false);
}
