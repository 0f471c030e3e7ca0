/** What the API server's answers to writes say, whoever in it has answered. */
import { type RelativePath, valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";
import { KINDS, kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { JsonSchema } from "#api/schema.ts";
import type { ApiResponse } from "./control-plane/request.ts";

/** The path of an object of ours, or without a name of those beside it. */
export function pathOf({ kind, metadata: { namespace } }: KubernetesObject, name?: string): string {
  const scope = namespace === undefined ? "" : `namespaces/${namespace}/`;
  const path = `/apis/${API_VERSION}/${scope}${kindByName.get(kind)?.plural}`;
  return name === undefined ? path : `${path}/${name}`;
}

/** Who refused, with our server there: `none`, `webhook`, `cel`, `decode`, or what nobody expects. */
export function refusedBy({ status, body }: ApiResponse): string {
  if (status === 200 || status === 201) return "none";
  const message = String(valueAt(body, ["message"]));
  if (status === 422 && message.startsWith("admission webhook ")) return "webhook";
  if (status === 422 && causes(body).length > 0 && causes(body).every((cause) => isByCel(cause.message))) return "cel";
  return status === 400 ? "decode" : `${status} ${message}`;
}

/** What stands in the way before our server would be asked, which fails closed, or open for the platform team. */
export function floorOf({ status, body }: ApiResponse): string {
  if (status === 200 || status === 201) return "none";
  if (status === 500 && String(valueAt(body, ["message"])).includes("failed calling webhook")) return "none";
  if (status !== 422) return status === 400 ? "decode" : String(status);
  if (String(valueAt(body, ["message"])).includes("ValidatingAdmissionPolicy 'gatehouse-floor-")) return "vap";
  return causes(body).every(({ message }) => isByCel(message)) ? "cel" : "schema";
}

/** Of an old fault the API server warns too, where a CEL rule finds it. */
export function warningsOf({ warnings }: ApiResponse): readonly string[] {
  return warnings.filter((warning) => !isByCel(warning));
}

/** `field: message` of each cause. */
export function causesOf({ body }: ApiResponse): readonly string[] {
  return causes(body).map(({ field, message }) => `${field}: ${message}`);
}

/** What a user wrote or was given: not what the API server notes about every object. */
export function essence(object: unknown): unknown {
  return {
    labels: entriesAt(object, ["metadata", "labels"]),
    annotations: entriesAt(object, ["metadata", "annotations"]),
    spec: valueAt(object, ["spec"]),
  };
}

/** The API server stores no empty map there. */
function entriesAt(object: unknown, path: RelativePath): unknown {
  const value = valueAt(object, path);
  return typeof value === "object" && value !== null && Object.keys(value).length === 0 ? undefined : value;
}

interface Cause {
  readonly field: string;
  readonly message: string;
}

function causes(body: unknown): readonly Cause[] {
  return (valueAt(body, ["details", "causes"]) ?? []) as readonly Cause[];
}

/** The API server words a CEL rule's failure by the rule's own message, and puts nothing behind it. */
function isByCel(message: string): boolean {
  return CEL_MESSAGES.some((known) => message.endsWith(known));
}

const CEL_MESSAGES = KINDS.flatMap(({ spec }) => celMessages(spec.json));

function celMessages({
  properties = {},
  items,
  "x-kubernetes-validations": rules = [],
}: JsonSchema): readonly string[] {
  const below = [...Object.values(properties), ...(items ? [items] : [])];
  return [...rules.map(({ message }) => message), ...below.flatMap(celMessages)];
}
