import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type FakeCaddy, startFakeCaddy } from "../support/fake-caddy.ts";
import { answering, type FakeAnswer, FakeGateway, flooding, HANGING_UP, SILENT } from "../support/fake-gateway.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

const TOKEN = "not-a-real-token-of-caddy";

vi.setConfig({ testTimeout: 90_000 });

describeOnControlPlane(
  "a gateway with an admin API",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let scene: ControllerScene;
    let caddy: FakeCaddy;
    let canary: FakeGateway;
    let gatehouse: InstalledGatehouse;

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      canary = stack.use(await FakeGateway.start(answering(200)));
      const values = { "secretNamespaces[0]": plane.namespace, "endpointSecrets[0]": "caddy-admin" };
      gatehouse = stack.use(await installGatehouse(plane, { values }));
      const secret = ["create", "secret", "generic", "caddy-admin", `--from-literal=token=${TOKEN}`];
      await plane.kubectl(["--namespace", gatehouse.namespace, ...secret]);
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    /** A Caddy that runs a configuration, about to be given another. */
    beforeEach(async () => {
      caddy = await startFakeCaddy();
      const delivery = { adminAPI: { url: `${caddy.url}/load`, credentialsRef: { name: "caddy-admin" } } };
      const spec = { adapter: "caddy", delivery, verify: { timeout: "1s" } };
      await scene.put({ apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name: "pushed" }, spec });
      await scene.put(chat());
      await programmed("Programmed");
    });

    afterEach(async () => {
      caddy.ail();
      await scene.remove("aigw", "chat");
      await scene.isGone("aigw", "chat");
      await scene.remove("AIGatewayClass", "pushed");
      await caddy[Symbol.asyncDispose]();
    });

    const chat = () => ({
      apiVersion: API_VERSION,
      kind: "AIGatewayConfig",
      metadata: { name: "chat", namespace: plane.namespace },
      spec: {
        gatewayClassName: "pushed",
        models: [{ name: "gpt", type: "llm", endpoint: "https://api.openai.com/v1" }],
        routes: [{ path: "/v1", targetModel: "gpt" }],
      },
    });

    const programmed = (reason: string) =>
      poll(`chat is ${reason}`, async () => {
        const status = await scene.status("chat");
        const condition = status.conditions?.find(({ type }) => type === "Programmed");
        return condition?.reason === reason && { ...status, message: condition.message };
      });

    const metrics = async () => (await fetch(`${(await gatehouse.deployment.pod()).plain}/metrics`)).text();

    const edited = () => scene.patch("chat", { spec: { routes: [{ path: "/v2", targetModel: "gpt" }] } });

    test.each<[string, () => FakeAnswer, [reason: string, words: string], Pace?]>([
      ["is down", () => HANGING_UP, ["Unreachable", "closes the connection without an answer"]],
      ["is too slow", () => SILENT, ["Unreachable", "does not answer in time"], { requests: 2, milliseconds: 5000 }],
      ["answers 500", () => answering(500, { error: "out of memory" }), ["GatewayFault", "answers 500: out of memory"]],
      [
        "answers 401",
        () => answering(401, `no such token: ${TOKEN}`),
        ["CredentialsRefused", "answers 401 to the credentials that it was given: no such token: ***"],
      ],
      [
        "redirects",
        () => answering(307, "", { location: `${canary.url}/load` }),
        ["Redirected", "answers 307, a redirect, which is not followed"],
      ],
      ["answers 100 MB", () => flooding(100), ["AnswerTooLong", "answers with more than 8 MiB"]],
      [
        "takes everything and runs another configuration",
        () => answering(200, { "@id": "sha256:other" }),
        ["HashMismatch", 'runs "sha256:other" instead of '],
        { requests: 3, milliseconds: 1000 }, // its time; how often it was looked at meanwhile is bounded below
      ],
    ])(
      "that %s is told of, asked less and less often, and healed",
      async (_, fault, [reason, words], { requests, milliseconds } = DOUBLED) => {
        const before = await scene.status("chat");
        const running = caddy.running();
        caddy.ail(fault());
        const started = performance.now();
        await edited();
        const status = await programmed(reason);
        expect(status.message).toContain(words);
        expect(status).toMatchObject({ appliedModels: ["gpt"], lastAppliedTimestamp: before.lastAppliedTimestamp });
        expect(caddy.running()).toBe(running);
        expect(canary.requests).toEqual([]);
        // Six looks in its second and four wake-ups of what was delivered, each of which reads, pushes and reads.
        expect(caddy.asked()).toBeLessThan(60);
        await poll(`it was asked ${requests} times`, () => Promise.resolve(caddy.asked() >= requests));
        expect(performance.now() - started).toBeGreaterThan(milliseconds);
        caddy.ail();
        expect((await programmed("Programmed")).configHash).not.toBe(before.configHash);
        expect(caddy.running()).not.toBe(running);
      },
    );

    test("that wants credentials is given those of the controller's namespace, which nobody reads in status or events", async () => {
      expect(caddy.authorization()).toBe(`Bearer ${TOKEN}`);
      caddy.ail(answering(500, `you said ${TOKEN}`));
      await edited();
      const status = await programmed("GatewayFault");
      expect(JSON.stringify(status) + (await scene.events("chat"))).not.toContain(TOKEN);
    });

    test("that cannot be emptied says so by condition, event and metric, until somebody lets its AIGatewayConfig go", async () => {
      caddy.ail(HANGING_UP);
      await scene.remove("aigw", "chat");
      const { phase, message } = await programmed("Unreachable");
      expect(phase).toBe("Terminating");
      expect(message).toMatch(/closes the connection without an answer; the annotation .*skip-cleanup.* lets it go/);
      await poll("an event says so", async () =>
        /"action":"Programmed"[^}]*"reason":"Unreachable"/.test(await scene.events("chat")),
      );
      await poll("it is counted", async () => {
        const text = await metrics();
        const attempts =
          /gatehouse_delivery_seconds_count\{adapter="caddy",step="clean-up",result="Unreachable"\} (\d+)/.exec(text);
        return Number(attempts?.[1]) > 1 && text.includes("gatehouse_clean_ups_waiting 1\n");
      });
      await scene.kubectl("annotate", "aigw", "chat", "gateway.example.com/skip-cleanup=true");
      await scene.isGone("aigw", "chat");
      await poll("an event says that, too", async () => (await scene.events("chat")).includes("CleanUpSkipped"));
      expect(await metrics()).toContain("gatehouse_clean_ups_waiting 0\n");
    });

    test("that was reconfigured behind our back is put right, and that is counted", async () => {
      const running = caddy.running();
      caddy.reconfigure("{}");
      await scene.kubectl("annotate", "aigw", "chat", "look=again");
      await poll("it is put right", () => Promise.resolve(caddy.running() === running));
      await poll("it is counted", async () =>
        (await metrics()).includes('gatehouse_gateway_drift_total{adapter="caddy"} 1\n'),
      );
    });
  },
  { certManager: true },
);

/** So many requests take so long at least. */
interface Pace {
  readonly requests: number;
  readonly milliseconds: number;
}

/** Pauses double from 5 ms; a few of the first are cut short, as what was just delivered wakes its gateway too. */
const DOUBLED: Pace = { requests: 10, milliseconds: 600 };
