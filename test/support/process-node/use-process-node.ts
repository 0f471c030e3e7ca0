import { afterAll, beforeAll } from "vitest";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import type { Images } from "./image.ts";
import { type ProcessNode, startProcessNode } from "./process-node.ts";

/** A process node for the tests of a suite. */
export function useProcessNode(plane: ControlPlaneClient, images: Images): () => ProcessNode {
  let running: ProcessNode | undefined;
  const node = () => {
    if (running === undefined) throw new Error("the suite's node exists only while its tests run");
    return running;
  };
  beforeAll(async () => {
    running = await startProcessNode(plane, images);
  });
  afterAll(() => running?.[Symbol.asyncDispose]());
  return node;
}
