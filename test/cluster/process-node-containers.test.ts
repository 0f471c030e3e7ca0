import { expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import type { Pod } from "../support/process-node/pod.ts";
import { suiteObjects } from "../support/process-node/suite-objects.ts";
import { useProcessNode } from "../support/process-node/use-process-node.ts";
import { ask, urlOf } from "../support/tiny-server/asking.ts";
import { TINY_IMAGES, tinyContainer, tinyDeployment, tinyPod, tinyService } from "../support/tiny-server/manifests.ts";

describeOnControlPlane("a container on the process node", (plane) => {
  useProcessNode(plane, TINY_IMAGES);
  const { kubectl, apply, rolledOut, onePod } = suiteObjects(plane);

  test.concurrent("swaps mounted ConfigMaps and Secrets whole, under a process that runs", async () => {
    await apply(
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { one: "1", two: "1" } },
      { apiVersion: "v1", kind: "Secret", metadata: { name: "credentials" }, stringData: { key: "old" } },
      tinyDeployment("mounting", {
        container: {
          env: [
            { name: "ONE", valueFrom: { configMapKeyRef: { name: "settings", key: "one" } } },
            { name: "KEY", valueFrom: { secretKeyRef: { name: "credentials", key: "key" } } },
            { name: "BOTH", value: "$(ONE) $(KEY) $(NONE) $$(ONE)" },
          ],
          volumeMounts: [
            { name: "settings", mountPath: "/etc/tiny/settings" },
            { name: "credentials", mountPath: "/credentials" },
            { name: "settings", mountPath: "/one", subPath: "one" },
          ],
        },
        spec: {
          volumes: [
            { name: "settings", configMap: { name: "settings" } },
            { name: "credentials", secret: { secretName: "credentials", items: [{ key: "key", path: "deep/key" }] } },
          ],
        },
      }),
    );
    await rolledOut("mounting");
    const url = urlOf(await onePod("mounting"));
    const read = async (path: string) => (await ask(`${url}/files${path}`)).text;
    expect(JSON.parse((await ask(`${url}/who`)).text)).toMatchObject({
      ONE: "1",
      KEY: "old",
      BOTH: "1 old $(NONE) $(ONE)",
    });
    expect(await read("/credentials/deep/key")).toBe("old");
    expect(await ask(`${url}/files/etc/tiny/settings/three`, "PUT")).toMatchObject({ status: 503 });

    await apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
      data: { one: "2", three: "2" },
    });
    await poll("the ConfigMap is swapped", async () => (await read("/etc/tiny/settings/one")) === "2");
    expect(await read("/etc/tiny/settings/three")).toBe("2");
    expect(await read("/etc/tiny/settings/two")).toContain("ENOENT");
    expect(await read("/one")).toBe("1"); // what is mounted by subPath stays as it was
    await apply({ apiVersion: "v1", kind: "Secret", metadata: { name: "credentials" }, stringData: { key: "new" } });
    await poll("the Secret is swapped", async () => (await read("/credentials/deep/key")) === "new");
  });

  test.concurrent("gives each Pod a token that the API server knows as its service account's, and finds Services by name", async () => {
    await apply(tinyDeployment("known"), tinyService("known"));
    await rolledOut("known");
    const pod = await onePod("known");
    const read = async (path: string) => (await ask(`${urlOf(pod)}/files${path}`)).text;
    const account = "/var/run/secrets/kubernetes.io/serviceaccount";
    expect(await read(`${account}/namespace`)).toBe(plane.namespace);
    expect(await read(`${account}/ca.crt`)).toBe(plane.certificateAuthority);
    const review = { kind: "TokenReview", spec: { token: await read(`${account}/token`) } };
    const { body } = await plane.request("POST", "/apis/authentication.k8s.io/v1/tokenreviews", { body: review });
    expect(valueAt(body, ["status"])).toMatchObject({
      authenticated: true,
      user: {
        username: `system:serviceaccount:${plane.namespace}:default`,
        extra: { "authentication.kubernetes.io/pod-name": [pod.metadata.name] },
      },
    });
    const address = await kubectl("get", "service", "known", "-o", "jsonpath={.spec.clusterIP}");
    expect(await read("/etc/hosts")).toContain(`${address} known.${plane.namespace}.svc.cluster.local known.`);
  });

  test.concurrent("waits for what a Pod lacks, and says what that is", async () => {
    const lacking = { containers: [tinyContainer({ volumeMounts: [{ name: "later", mountPath: "/later" }] })] };
    const volumes = [{ name: "later", secret: { secretName: "later" } }];
    await apply(
      tinyPod("waits", { ...lacking, volumes }),
      tinyPod("unknown", { containers: [tinyContainer({ image: "?" })] }),
    );
    const events = (name: string) => kubectl("events", "--for", `pod/${name}`);
    await poll("an event", async () => (await events("waits")).includes('Secret "later" not found'));
    await poll("an event", async () => (await events("unknown")).includes("no image ?"));
    expect(await kubectl("get", "pod", "unknown")).toContain("ErrImagePull");
    await apply({ apiVersion: "v1", kind: "Secret", metadata: { name: "later" }, stringData: { a: "b" } });
    await kubectl("wait", "--for=condition=Ready", "pod/waits");
  });

  test.concurrent("runs what is restricted as another user, over a root that it cannot write", async () => {
    const readinessProbe = { exec: { command: ["test", "-e", "/scratch/written"] }, periodSeconds: 1 };
    const securityContext = { runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false };
    const volumeMounts = [{ name: "scratch", mountPath: "/scratch" }];
    await apply(
      tinyDeployment("restricted", {
        container: { securityContext, volumeMounts, readinessProbe },
        spec: { securityContext: { runAsUser: 65_532 }, volumes: [{ name: "scratch", emptyDir: {} }] },
      }),
      tinyPod("root", { containers: [tinyContainer({ securityContext })] }),
    );
    const url = urlOf(await onePod("restricted", ({ status }) => status?.phase === "Running"));
    await poll("an answer", async () => (await ask(url)).status === 200);
    const user = process.getuid?.() === 0 ? 65_532 : 0; // otherwise root of a user namespace, which has no other
    expect(JSON.parse((await ask(`${url}/who`)).text)).toMatchObject({ user });
    expect((await ask(`${url}/files/written`, "PUT")).text).toContain("EROFS");
    expect((await ask(`${url}/files/usr/written`, "PUT")).text).toContain("EROFS");
    expect((await ask(`${url}/files/scratch/written`, "PUT")).text).toBe("written");
    expect((await ask(`${url}/files${import.meta.filename.replace("test/cluster", "../")}`)).text).toContain("ENOENT");
    await rolledOut("restricted");
    await poll("refusal", async () => (await kubectl("get", "pod", "root")).includes("CreateContainerConfigError"));
  });

  test.concurrent("runs a Job to its end, its init container first", async () => {
    const volumeMounts = [{ name: "shared", mountPath: "/shared" }];
    const shell = (name: string, script: string) => ({ name, image: "shell", args: [script], volumeMounts });
    const template = {
      spec: {
        restartPolicy: "OnFailure",
        automountServiceAccountToken: false,
        initContainers: [shell("before", "echo from before > /shared/file")],
        // fails at first
        containers: [shell("then", "cat /shared/file; [ -e /shared/again ] || { touch /shared/again; exit 3; }")],
        volumes: [{ name: "shared", emptyDir: {} }],
      },
    };
    await apply({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "job" }, spec: { template } });
    await kubectl("wait", "--for=condition=Complete", "job/job");
    const pods = JSON.parse(await kubectl("get", "pods", "-l", "job-name=job", "-o", "json")) as { items: Pod[] };
    const [pod] = pods.items;
    expect(await kubectl("logs", "job/job", "-c", "then")).toBe("from before\nfrom before\n");
    expect(await kubectl("logs", "job/job", "-c", "then", "--tail=1")).toBe("from before\n");
    expect(pod?.status).toMatchObject({ phase: "Succeeded", containerStatuses: [{ restartCount: 1 }] });
  });
});
