import { join } from "node:path";
import type { ControlPlaneAddress } from "./address.ts";
import { type Command, commandIn } from "./command.ts";
import { type Request, requestAs } from "./request.ts";

/** What can be done with a running control plane, as its administrator. */
export interface ControlPlaneClient extends ControlPlaneAddress {
  /** The plain data alone, to hand to another process. */
  readonly address: ControlPlaneAddress;
  readonly kubectl: Command;
  /** Absent where it cannot be built. */
  readonly helm: Command | undefined;
  readonly request: Request;
  /** Makes a namespace with a name of its own that begins with the prefix. */
  createNamespace(prefix: string): Promise<OwnNamespace>;
}

/** A namespace; disposing asks the API server to delete it and does not wait until that is done. */
export interface OwnNamespace extends AsyncDisposable {
  readonly name: string;
}

export function clientOf(address: ControlPlaneAddress): ControlPlaneClient {
  const request = requestAs(address.server, address.certificateAuthority, address.administrator);
  const { kubeconfig, kubectlProgram, helmProgram } = address;
  const home = join(address.directory, "home");
  return {
    ...address,
    address,
    request,
    kubectl: commandIn(home, kubectlProgram, kubeconfig),
    helm: helmProgram === undefined ? undefined : commandIn(home, helmProgram, kubeconfig),
    createNamespace: (prefix) => createNamespace(request, prefix),
  };
}

async function createNamespace(request: Request, prefix: string): Promise<OwnNamespace> {
  const wanted = { apiVersion: "v1", kind: "Namespace", metadata: { generateName: `${prefix}-` } };
  const { status, body } = await request("POST", "/api/v1/namespaces", { body: wanted });
  if (status !== 201) throw new Error(`no namespace for ${prefix}: ${status} ${JSON.stringify(body)}`);
  const { name } = (body as { metadata: { name: string } }).metadata;
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await request("DELETE", `/api/v1/namespaces/${name}`);
    },
  };
}
