import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import { poll } from "../../test/support/control-plane/poll.ts";

/** Something that has the API server ask or judge, from a moment after it is stored. */
export interface Configuration {
  readonly collection: string;
  readonly object: Manifest;
  /** Tells by a request that only it answers so. */
  readonly isInForce: () => Promise<boolean>;
}

/** An object to be stored. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Stores the configurations and returns when each is in force; disposing takes them away and waits until none is. */
export async function putInForce(
  plane: ControlPlaneClient,
  configurations: readonly Configuration[],
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  for (const { collection, object, isInForce } of configurations) {
    await store(plane, collection, object);
    stack.defer(async () => {
      await plane.request("DELETE", `${collection}/${object.metadata.name}`);
      await poll(`${object.kind} ${object.metadata.name} is out of force`, async () => !(await isInForce()));
    });
    await poll(`${object.kind} ${object.metadata.name} is in force`, isInForce);
  }
  return stack.move();
}

export async function store({ request }: ControlPlaneClient, collection: string, object: object): Promise<void> {
  const { status, body } = await request("POST", collection, { body: object });
  if (status !== 201) throw new Error(`POST ${collection}: ${status} ${JSON.stringify(body)}`);
}
