import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEnvironment } from "../support/control-plane/environment.ts";
import { poll } from "../support/control-plane/poll.ts";
import { missingPrograms } from "../support/image/buildah.ts";
import { type BuiltImage, buildImage } from "../support/image/built-image.ts";
import { installedPackages } from "../support/image/installed-packages.ts";
import { type ImageProcess, runInImage, startInImage } from "../support/image/run-image.ts";

const ROOT = join(import.meta.dirname, "../..");

const stack = new AsyncDisposableStack();
let image: BuiltImage;

beforeAll(async () => {
  if (canBuild) image = stack.use(await buildImage());
});
afterAll(() => stack.disposeAsync());

/** As for the control plane: a machine without the programs may do without the image, a CI server may not. */
const canBuild = readEnvironment().continuousIntegration || missingPrograms().length === 0;

describe.runIf(canBuild)("the image", () => {
  test("runs as a user who is nobody on any machine, named by number", () => {
    expect(image.config.User).toBe("65532:65532");
  });

  test("says what it is, and is asked for its health by its own program", () => {
    const { Labels, Entrypoint, Cmd, Healthcheck } = image.config;
    expect(Labels).toMatchObject({
      "org.opencontainers.image.title": "Gatehouse",
      "org.opencontainers.image.licenses": "Apache-2.0",
    });
    expect(Cmd).toEqual(["serve"]);
    expect(Healthcheck.Test).toEqual(["CMD", ...Entrypoint, "health"]);
  });

  test("is of the version of the package and of the chart", async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(image.config.Labels["org.opencontainers.image.version"]).toBe(version);
    expect(await readFile(join(ROOT, "charts/webhook/Chart.yaml"), "utf8")).toContain(`appVersion: ${version}`);
  });

  test("holds production packages and sources only, and no registry or credential of who built it", async () => {
    const app = join(image.root, "app");
    const files = await readdir(app, { recursive: true });
    expect(files.filter((file) => /\.test\.ts$|^node_modules\/.*\.(ts|map)$|npmrc/.test(file))).toEqual([]);
    expect((await readdir(app)).toSorted()).toEqual([
      "examples",
      "node_modules",
      "package-lock.json",
      "package.json",
      "src",
    ]);
    expect(await installedPackages(app)).toEqual(await productionPackages());
  });

  test("holds what its bill of materials lists, and nothing else", async () => {
    const { bomFormat, metadata, components, dependencies } = image.bill;
    expect([bomFormat, metadata.component.name]).toEqual(["CycloneDX", "gatehouse"]);
    const listed = components.map(({ name, version }) => `${name}@${version}`);
    expect(listed.toSorted()).toEqual(await installedPackages(join(image.root, "app")));
    expect(dependencies.find(({ ref }) => ref.startsWith("gatehouse@"))?.dependsOn).toContainEqual(
      expect.stringMatching(/^express@/),
    );
  });

  test("prints its version with a root that nobody can write to", async () => {
    const { code, stdout } = await runInImage(image, ["version"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^gatehouse \d/);
    const written = await runInImage(image, ["-e", "fs.writeFileSync('/app/x', '')"], ["node"]);
    expect(written.stderr).toContain("EROFS");
  });
});

describe.runIf(canBuild)("a server in the image", () => {
  let server: ImageProcess;

  beforeAll(async () => {
    server = startInImage(image, ["serve", "--standalone"]);
    server.stderr.resume();
    server.stdout.resume();
    stack.defer(async () => {
      const ended = once(server, "close");
      server.kill("SIGKILL"); // each program in turn became the next, up to node
      await ended;
    });
    await poll("the server is ready", async () => (await health()).code === 0);
  });

  test("answers a review", async () => {
    const review = await readFile(join(ROOT, "examples/review.json"));
    const answer = JSON.parse(await post("https://127.0.0.1:9443/validate", review)) as {
      response: { allowed: boolean; uid: string };
    };
    expect(answer.response).toMatchObject({ allowed: false, uid: "7f1f3c0e-4f4d-4d0e-9a53-0d8f4f0b6c11" });
  });

  test("is well by its own health check, and unwell where nothing answers", async () => {
    expect(await health()).toMatchObject({ code: 0, stdout: "ok\n" });
    const other = await runInImage(image, ["health", "--url", "http://127.0.0.1:9/readyz"]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain("does not answer");
  });
});

/** What the lockfile has for neither development nor a platform, each once. */
async function productionPackages(): Promise<readonly string[]> {
  const { packages } = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version: string; dev?: true; optional?: true; devOptional?: true }>;
  };
  const production = Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== "" && !(dev || optional || devOptional))
    .map(([path, { version }]) => `${path.split("node_modules/").at(-1)}@${version}`);
  return [...new Set(production)].toSorted();
}

/** As an engine runs it: what comes after `CMD`, as it stands. */
function health() {
  return runInImage(image, [], image.config.Healthcheck.Test.slice(1));
}

async function post(url: string, body: Buffer): Promise<string> {
  const sent = request(url, {
    method: "POST",
    rejectUnauthorized: false,
    headers: { "content-type": "application/json" },
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [AsyncIterable<Buffer>];
  return text(response);
}
