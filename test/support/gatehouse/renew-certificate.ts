import { valueAt } from "#api/field-path.ts";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";

/** As `cmctl renew` does it: the Certificate says of itself that it is being issued. Resolves when it was. */
export async function renewCertificate(
  { request }: ControlPlaneClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<void> {
  const path = `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates/${name}`;
  const revision = async () => valueAt((await request("GET", path)).body, ["status", "revision"]);
  const before = await revision();
  const issuing = {
    type: "Issuing",
    status: "True",
    reason: "ManuallyTriggered",
    message: "Certificate re-issuance manually triggered",
    lastTransitionTime: new Date().toISOString(),
  };
  const body = {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name },
    status: { conditions: [issuing] },
  };
  const contentType = "application/apply-patch+yaml";
  const { status } = await request("PATCH", `${path}/status?fieldManager=renew&force=true`, { body, contentType });
  if (status !== 200) throw new Error(`PATCH ${path}/status: ${status}`);
  await poll(`${name} is issued again`, async () => (await revision()) !== before);
}
