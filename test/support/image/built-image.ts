import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvironment } from "../control-plane/environment.ts";
import { baseImage } from "./base-image.ts";
import { Buildah } from "./buildah.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** What an image says about how it is run (the `config` of its manifest, as Docker writes it). */
export interface ImageConfig {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Env: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/** As CycloneDX: the part that is read here. */
export interface BillOfMaterials {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly { readonly name: string; readonly version: string; readonly purl: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** The image of the Dockerfile, with its files mounted, until it is disposed of. */
export interface BuiltImage extends AsyncDisposable {
  readonly config: ImageConfig;
  /** Its root folder on this machine. */
  readonly root: string;
  /** What it says that it holds (`--target sbom`). */
  readonly bill: BillOfMaterials;
}

/** Builds the Dockerfile over the stand-in for its base. */
export async function buildImage(): Promise<BuiltImage> {
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-image-"));
  const buildah = new Buildah(directory);
  const base = await baseImage(buildah);
  const name = "localhost/gatehouse:test";
  const how = ["--isolation", "chroot", "--format", "docker", "--pull=never", "--quiet"];
  const build = ["build", ...how, ...(await packageSource(directory)), "--build-arg", `NODE_IMAGE=${base}`];
  await buildah.run(...build, "--tag", name, ROOT);
  await buildah.run(...build, "--target", "sbom", "--output", directory, ROOT);
  const container = await buildah.run("from", "--pull=never", name);
  const root = await buildah.run("mount", container);
  const { Docker } = JSON.parse(await buildah.run("inspect", "--type", "image", name)) as {
    Docker: { config: ImageConfig };
  };
  return {
    config: Docker.config,
    root,
    bill: JSON.parse(await readFile(join(directory, "gatehouse.cdx.json"), "utf8")) as BillOfMaterials,
    async [Symbol.asyncDispose]() {
      await buildah.run("rm", "--all");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Where npm takes packages from on this machine, and whom it trusts for it: the build may need both, the image neither. */
async function packageSource(directory: string): Promise<readonly string[]> {
  const settings = join(homedir(), ".npmrc");
  const authorities = readEnvironment().inherited["NODE_EXTRA_CA_CERTS"];
  const lines = [
    existsSync(settings) ? await readFile(settings, "utf8") : "",
    authorities === undefined ? "" : `cafile=${authorities}`,
  ];
  const secret = join(directory, "npmrc");
  await writeFile(secret, `${lines.join("\n")}\n`, { mode: 0o600 });
  const volume = authorities === undefined ? [] : ["--volume", `${authorities}:${authorities}:ro`];
  return ["--secret", `id=npmrc,src=${secret}`, ...volume];
}
