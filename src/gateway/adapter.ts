import type { RelativePath } from "#api/field-path.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { Footprint } from "./footprint.ts";
import type { Identifiers } from "./identifiers.ts";
import type { Lack } from "./lack.ts";
import type { Render } from "./rendering.ts";

export type AdapterName = NonNullable<AIGatewayClass["spec"]["adapter"]>;

/** The parts of a configuration that gateways differ in. */
export const GATEWAY_PARTS = ["model", "route", "policy", "limit", "integration"] as const;
export type GatewayPart = (typeof GATEWAY_PARTS)[number];

/**
 * What is known of a gateway: what it cannot do, what it makes of names and of
 * texts, how long what is written for it can get, and how it is written. Data and
 * pure functions; `render` holds itself to the others.
 */
export interface Adapter {
  readonly name: AdapterName;
  /** Counted up when something else is written for the same configuration, so that gateways get it; 1, if absent. */
  readonly renderingVersion?: number;
  /** What it cannot do. All else it can. */
  readonly lacks: Readonly<Record<GatewayPart, readonly Lack[]>>;
  readonly identifiers: Identifiers;
  readonly expansion: Expansion;
  readonly footprint: Footprint;
  /** Absent as long as nothing is written for that gateway. */
  readonly render?: Render;
}

/**
 * What a gateway replaces in the texts of its configuration. What users write must
 * arrive as they wrote it, or else a header's value reads the gateway's secrets.
 */
export interface Expansion {
  /** How it looks, for the documentation; absent where nothing is replaced. */
  readonly syntax?: string;
  /** A text as it has to be written so that the gateway takes it as it is. Absent where that is not possible. */
  readonly escape?: (text: string) => string;
  /** Whether the gateway would replace something in a text, and nothing can be done about it. */
  readonly isInescapable: (text: string) => boolean;
  /** Whether `${NAME}` in a text at this place of its part can be made a reference to a variable. */
  readonly takesVariable: (at: RelativePath, text: string) => boolean;
  /** Where it can, completing "must stand …". */
  readonly variables: string;
}
