import { isVariableReference } from "#api/reference.ts";
import type { EffectiveConfiguration } from "#gateway/effective-configuration.ts";
import { effectiveRoute } from "../effective-parts.ts";

interface Surroundings {
  readonly upstreamUrl: string;
  /** The path of a file that no upstream may see. */
  readonly canary: string;
}

/**
 * A configuration that was drawn, so that a gateway runs it: its models are called
 * at the upstream, each by a path of its own, whatever its routes ask for, and
 * texts that lead to a file lead to one that is there.
 */
export function triedConfiguration(
  drawn: EffectiveConfiguration,
  { upstreamUrl, canary }: Surroundings,
): { readonly configuration: EffectiveConfiguration; readonly paths: readonly string[] } {
  const leading = JSON.parse(JSON.stringify(drawn).replaceAll("/canary", canary)) as EffectiveConfiguration;
  // Certificates are read when it loads, and those that are drawn are none.
  const models = leading.models.map(({ tls: _1, accessControl: _2, auth, ...own }) => ({
    ...own,
    // The one way in which an upstream is to see what a variable holds.
    ...(isVariableReference(auth?.value ?? "") ? {} : { auth }),
    endpoint: `${upstreamUrl}/v1`,
  }));
  const direct = models.map(({ name }, index) => effectiveRoute(`/model-${index}`, name, { pathType: "Exact" }));
  return {
    configuration: { ...leading, models, routes: [...direct, ...leading.routes] },
    paths: [...direct, ...leading.routes].map(({ path }) => `/${encodeURI(path.toWellFormed())}`.replace(/^\/\//, "/")),
  };
}
