import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";

/** `spec.parameters` of a class, which are free in its schema. */
export type Parameters = AIGatewayClass["spec"]["parameters"];

/** Modules of the gateway that a class says are built in, beside those that always are. */
export function modulesOf(parameters: Parameters): readonly unknown[] {
  const modules = parameters?.["modules"];
  return Array.isArray(modules) ? modules : [];
}

/** A parameter that is a text; what is none counts as absent. */
export function textOf(parameters: Parameters, name: string, absent: string): string {
  const value = parameters?.[name];
  return typeof value === "string" && value !== "" ? value : absent;
}
