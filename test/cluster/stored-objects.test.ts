import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import type { OwnNamespace } from "../support/control-plane/client.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { type GuardedPlane, guard, policies, suiteKubectl } from "../support/gatehouse/guarded-plane.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
/** Gets a class, a label and timeouts from policies, and has lists of both kinds. */
const SAMPLE = await readFile(join(FIXTURES, "seed/default-ai-config.yaml"), "utf8");
/** Asks for 600 requests a minute. */
const GOOD = await readFile(join(FIXTURES, "kubectl/good.yaml"), "utf8");

describeOnControlPlane("a stored object", (plane) => {
  const kubectl = suiteKubectl(plane);
  let guarded: GuardedPlane | undefined;

  beforeAll(async () => {
    guarded = await guard(plane);
  });

  afterAll(() => guarded?.[Symbol.asyncDispose]());

  const apply = async (name: string, ...options: readonly string[]) => {
    const sample = SAMPLE.replace("namespace: default", `namespace: ${plane.namespace}`);
    await kubectl(["apply", ...options, "-f", "-"], sample.replace("default-ai-config", name));
  };

  const stored = async (name: string): Promise<unknown> =>
    JSON.parse((await kubectl(["get", "aigw", name, "-o", "json"])).stdout) as unknown;

  const versions = async (name: string) => {
    const object = await stored(name);
    return ["resourceVersion", "generation"].map((field) => valueAt(object, ["metadata", field]));
  };

  const applyAs = (manager: string) => apply("shared-by-two", "--server-side", `--field-manager=${manager}`);

  const patch = (name: string, operation: object, expectedCode = 0) =>
    kubectl(["patch", "aigw", name, "--type=json", "--patch", JSON.stringify([operation])], "", expectedCode);

  describe("that is applied again, with our defaults in it", () => {
    test.each([
      ["client-side", "--server-side=false"],
      ["server-side", "--server-side"],
    ])("does not move when that is done %s", async (name, option) => {
      await apply(name, option);
      const before = await versions(name);
      await apply(name, option);
      expect(await versions(name)).toEqual(before);
    });

    test("is the same, client-side and server-side", async () => {
      const [ours, theirs] = await Promise.all([stored("client-side"), stored("server-side")]);
      expect(valueAt(ours, ["spec", "gatewayClassName"])).toBe("shared");
      expect(valueAt(ours, ["spec"])).toEqual(valueAt(theirs, ["spec"]));
      expect(valueAt(ours, ["metadata", "labels"])).toEqual(valueAt(theirs, ["metadata", "labels"]));
    });

    test("is shared without a conflict by two managers of one manifest", async () => {
      await applyAs("first");
      const [, generation] = await versions("shared-by-two");
      await applyAs("second");
      const before = await versions("shared-by-two");
      expect(before[1]).toBe(generation);
      await applyAs("first");
      await applyAs("second");
      expect(await versions("shared-by-two")).toEqual(before);
    });
  });

  describe("from before a policy tightened", () => {
    let doomed: OwnNamespace | undefined;

    beforeAll(async () => {
      doomed = await plane.createNamespace("doomed");
      const held = GOOD.replace("name: chat", "name: held, finalizers: [example.com/hold]");
      for (const object of [GOOD, held]) await kubectl(["apply", "-f", "-"], object);
      await plane.kubectl(["--namespace", doomed.name, "apply", "-f", "-"], { input: GOOD });
      await guarded?.facts.write([...(await policies()), TIGHTENED]);
    });

    test("can be labelled, with a warning", async () => {
      const { stderr } = await kubectl(["label", "aigw", "chat", "edited=yes"]);
      expect(stderr).toContain(`Warning: spec.models[0].rateLimits.requestsPerMinute: Invalid value: 600: ${BECAUSE}`);
    });

    test("can be changed in another field of the same model", async () => {
      const { stderr } = await patch("chat", { op: "add", path: "/spec/models/0/timeouts/streamIdle", value: "20s" });
      expect(stderr).toContain(BECAUSE);
    });

    test.each([601, 599])("cannot be given another fault: %i", async (value) => {
      const path = "/spec/models/0/rateLimits/requestsPerMinute";
      const { stderr } = await patch("chat", { op: "replace", path, value }, 1);
      expect(stderr).toContain(`spec.models[0].rateLimits.requestsPerMinute: Invalid value: ${value}: ${BECAUSE}`);
    });

    test("is no excuse for a new one", async () => {
      const { stderr } = await kubectl(["create", "-f", "-"], GOOD.replace("name: chat", "name: fresh"), 1);
      expect(stderr).toContain(BECAUSE);
    });

    test("can be deleted, and rid of its finalizer while it is", async () => {
      await kubectl(["delete", "aigw", "held", "--wait=false"]);
      await patch("held", { op: "remove", path: "/metadata/finalizers" });
      expect((await kubectl(["get", "aigw", "held"], "", 1)).stderr).toContain("not found");
      await kubectl(["delete", "aigw", "chat", "--timeout=20s"]);
    });

    test("goes with its namespace", async () => {
      await plane.kubectl(["delete", "namespace", doomed?.name ?? "", "--timeout=30s"]);
    });
  });
});

const BECAUSE = "must be less than or equal to 100 (rate-limit-bounds, policy tightened)";

const TIGHTENED = {
  apiVersion: "gateway.example.com/v1",
  kind: "AIGatewayPolicy",
  metadata: { name: "tightened" },
  spec: { mode: "Enforce", rateLimits: { max: { requestsPerMinute: 100 } } },
};
