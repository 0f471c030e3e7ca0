import { afterAll, beforeAll, expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import type { EffectiveReport } from "#commands/policy/effective-report.ts";
import { runCommandLine } from "#commands/run-command-line.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";
import { identityOf } from "../support/gatehouse/service-account.ts";

// Nothing guards this plane, so that a policy is stored which would be denied.
describeOnControlPlane("gatehouse policy effective", (plane) => {
  const stack = new AsyncDisposableStack();
  const name = () => `effective-${plane.namespace}`;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    const labels = { "kubernetes.io/metadata.name": plane.namespace };
    const rateLimits = { min: { burst: 90 }, max: { burst: 9 } };
    const spec = {
      mode: "Enforce",
      namespaceSelector: { matchLabels: labels },
      rateLimits,
      rules: { "in-used": "Warn" },
    };
    const policy = { apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name: name() }, spec };
    await plane.kubectl(["apply", "--filename", "-"], { input: JSON.stringify(policy) });
  });

  afterAll(async () => {
    await plane.kubectl(["delete", "aigatewaypolicy", name()]);
    await stack.disposeAsync();
  });

  test("explains what is stored, and of a faulty policy what counts as unset", async () => {
    const { code, printed, complained } = await ask(plane.kubeconfig, "-n", plane.namespace, "-o", "json");
    expect(code).toBe(0);
    const { isKnown, policies, settings } = JSON.parse(printed) as EffectiveReport;
    expect({ isKnown, policies }).toEqual({ isKnown: true, policies: [name()] });
    const bounds = settings.filter(({ setting }) => setting.startsWith("rateLimits."));
    const field = "spec.rateLimits.max.burst";
    expect(bounds).toEqual([{ setting: "rateLimits.max.burst", value: 9, source: `policy ${name()}`, field }]);
    expect(complained).toContain(`of AIGatewayPolicy ${name()} this counts as unset: spec.rateLimits.min.burst: `);
    expect(complained).toContain("spec.rules.in-used: Not found");
  });

  test("names the rights that are missing, and ends with 2", async () => {
    const accounts = `/api/v1/namespaces/${plane.namespace}/serviceaccounts`;
    await plane.request("POST", accounts, { body: { metadata: { name: "reader" } } });
    const { kubeconfig } = stack.use(await identityOf(plane, plane.namespace, "reader"));
    expect(await ask(kubeconfig, "-n", plane.namespace)).toEqual({
      code: 2,
      printed: "",
      complained: [
        "gatehouse: policy: the cluster cannot be read:",
        "  the right to list aigatewaypolicies.gateway.example.com in the whole cluster is missing",
        `  the right to get namespaces/${plane.namespace} is missing\n`,
      ].join("\n"),
    });
  });

  test("says that a namespace is not there", async () => {
    expect(await ask(plane.kubeconfig, "-n", "no-such")).toMatchObject({
      code: 2,
      complained: expect.stringContaining("there is no namespace no-such") as string,
    });
  });
});

async function ask(kubeconfig: string, ...words: readonly string[]) {
  const [printed, complained]: [string[], string[]] = [[], []];
  const all = ["policy", "effective", "--kubeconfig", kubeconfig, ...words];
  const code = await runCommandLine(all, {
    config: { kubeconfig: undefined, logLevel: undefined, serviceHost: undefined, servicePort: undefined },
    signal: new AbortController().signal,
    print: (text) => void printed.push(text),
    complain: (text) => void complained.push(text),
  });
  return { code, printed: printed.join(""), complained: complained.join("") };
}
