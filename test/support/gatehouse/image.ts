import { join } from "node:path";
import type { Image } from "../process-node/image.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");

/** Gatehouse as it lies here; its containers see these folders of the machine, too. */
export function gatehouseImage(folders: readonly string[] = []): Image {
  const main = join(REPOSITORY, "src/main.ts");
  return { entrypoint: [process.execPath, main], folders: [REPOSITORY, ...folders], user: 65_532 };
}
