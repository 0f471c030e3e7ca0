import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { valueAt } from "#api/field-path.ts";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";
import type { ApiResponse } from "../control-plane/request.ts";

const EXAMPLES = join(import.meta.dirname, "../../../examples");

/** Enough that reviews always overlap, few enough that a process can still start on two cores. */
const CLIENTS = 2;

/**
 * Clients that ask without a pause for objects to be created, dry: in turns one
 * that is defaulted and stored, and one that is denied. So a review that is not
 * answered shows, the mutating one too, which fails open.
 */
export class AdmissionLoad {
  readonly #plane: ControlPlaneClient;
  readonly #path: string;
  readonly #clients: Promise<unknown>;
  readonly #failures: string[] = [];
  #answered = 0;
  #cut = 0;
  #isOver = false;

  /** The examples' policies must be in force. */
  constructor(plane: ControlPlaneClient, namespace: string) {
    this.#plane = plane;
    this.#path = `/apis/gateway.example.com/v1/namespaces/${namespace}/aigatewayconfigs?dryRun=All`;
    this.#clients = Promise.all(Array.from({ length: CLIENTS }, () => this.#run(namespace)));
  }

  /** Lets that many more creations be decided from now on. */
  async pass(count: number): Promise<void> {
    const enough = this.#answered + count;
    await poll(`${count} more creations are decided`, () => Promise.resolve(this.#answered >= enough));
  }

  /** Ends it, and answers what went wrong, and how many requests the API server cut or refused. */
  async end(): Promise<{ readonly failures: readonly string[]; readonly cut: number }> {
    this.#isOver = true;
    await this.#clients;
    return { failures: this.#failures, cut: this.#cut };
  }

  async #run(namespace: string): Promise<void> {
    const [good, bad] = await Promise.all(["good-config.yaml", "bad-config.yaml"].map((file) => read(file, namespace)));
    while (!this.#isOver) {
      await this.#create(good, isDefaulted);
      await this.#create(bad, isDenied);
    }
  }

  async #create(body: object | undefined, isRight: (answer: ApiResponse) => boolean): Promise<void> {
    const answer = await this.#plane.request("POST", this.#path, { body }).catch(() => undefined);
    if (answer === undefined) {
      this.#cut += 1;
      await poll("the API server is ready", async () => (await this.#plane.request("GET", "/readyz")).status === 200);
    } else if (isRight(answer)) this.#answered += 1;
    else this.#failures.push(JSON.stringify(answer));
  }
}

async function read(file: string, namespace: string): Promise<object> {
  const object = parse(await readFile(join(EXAMPLES, file), "utf8")) as { metadata: object };
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function isDefaulted({ status, body }: ApiResponse): boolean {
  return status === 201 && valueAt(body, ["spec", "gatewayClassName"]) === "default";
}

function isDenied({ status, body }: ApiResponse): boolean {
  return status === 422 && String(valueAt(body, ["message"])).includes("(rate-limit-bounds, policy platform-defaults)");
}
