import { API_VERSION } from "#api/kind.ts";
import { CONTROLLER_NAME, DEFAULT_CLASS_ANNOTATION } from "#api/kinds/ai-gateway-class.ts";
import { factType } from "#cluster/fact-types.ts";
import type { Client } from "#kube/client.ts";
import { isAlreadyExists } from "#kube/kubernetes-error.ts";
import type { Resource } from "#kube/resource.ts";
import type { Attempt } from "../until-done.ts";

/** Makes the default class where there is none; from then on it is its owner's, and nobody here touches it again. */
export async function ensureDefaultClass(
  client: Pick<Client, "list" | "create">,
  controllerName: string,
  signal: AbortSignal,
): Promise<Attempt<string>> {
  const { items } = await client.list(CLASSES, {}, { signal });
  const standing = standingClass(items);
  if (standing !== undefined) return { done: standing };
  try {
    await client.create(CLASSES, defaultClass(controllerName), { fieldManager: FIELD_MANAGER, signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return { done: kept(NAME) };
  }
  return { done: `AIGatewayClass ${NAME} is made, for configurations without a class` };
}

const CLASSES = factType("AIGatewayClass");

const NAME = "default";

/** Not that of the controller, which never writes the specification of a class. */
const FIELD_MANAGER = "gatehouse-install";

function standingClass(classes: readonly Resource[]): string | undefined {
  const marked = classes.find(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === "true");
  const standing = marked ?? classes.find(({ metadata }) => metadata.name === NAME);
  return standing && kept(standing.metadata.name);
}

function kept(name: string): string {
  return `AIGatewayClass ${name} is there already and stays as it is`;
}

/** As examples/objects/gateway-class.yaml has it. */
function defaultClass(controllerName: string): Resource & { readonly spec: object } {
  return {
    apiVersion: API_VERSION,
    kind: "AIGatewayClass",
    metadata: { name: NAME, annotations: { [DEFAULT_CLASS_ANNOTATION]: "true" } },
    spec: { adapter: "json", ...(controllerName !== CONTROLLER_NAME && { controllerName }) },
  };
}
