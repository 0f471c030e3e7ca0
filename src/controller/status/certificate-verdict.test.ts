import { expect, test } from "vitest";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Condition } from "#kube/conditions.ts";
import { statusWorld } from "../../../test/support/status-world.ts";

const CLASS: KubernetesObject = {
  apiVersion: "gateway.example.com/v1",
  kind: "AIGatewayClass",
  metadata: { name: "json" },
  spec: { adapter: "json" },
} as KubernetesObject;

test("a class says how the servers' certificate stands, as it changes and with time, and tells what turned", () =>
  statusWorld([CLASS], async ({ pass, status, told, certificate }) => {
    const condition = () =>
      (status("AIGatewayClass", "json")["conditions"] as readonly Condition[]).find(
        ({ type }) => type === "CertificateTrusted",
      );
    expect(condition()).toMatchObject({ status: "True", reason: "Trusted" });
    expect(condition()?.message).toContain("until 2027-03-01T00:00:00.000Z");
    certificate.become({ type: "mismatch", webhooks: ["ValidatingWebhookConfiguration guard: a, b"] });
    certificate.tell();
    await pass(2000);
    expect(condition()).toMatchObject({ status: "False", reason: "AuthorityMismatch" });
    expect(condition()?.message).toContain("does not in ValidatingWebhookConfiguration guard: a, b");
    const webhooks = ["ValidatingWebhookConfiguration guard: a"];
    certificate.become({ type: "name mismatch", names: ["guard.here.svc"], webhooks });
    certificate.tell();
    await pass(2000);
    expect(condition()).toMatchObject({ status: "False", reason: "NameMismatch" });
    expect(condition()?.message).toContain("it must be for guard.here.svc");
    certificate.next = Date.parse("2027-01-01T13:00:00Z");
    certificate.become({ type: "trusted", until: Date.parse("2027-01-01T13:00:00Z") });
    certificate.tell();
    await pass(2000);
    expect(condition()).toMatchObject({ status: "True", reason: "Trusted" });
    await pass(120_000); // until nothing but the foretold instant has it looked at again
    certificate.next = undefined;
    certificate.become({ type: "not in force", from: 0, until: Date.parse("2027-01-01T13:00:00Z") });
    await pass(2 * 60 * 60 * 1000);
    expect(condition()).toMatchObject({ status: "False", reason: "CertificateNotInForce" });
    expect(told.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      "Warning AuthorityMismatch",
      "Warning NameMismatch",
      "Normal Trusted",
      "Warning CertificateNotInForce",
    ]);
  }));
