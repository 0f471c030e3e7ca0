import { millisecondsOf } from "#api/duration.ts";
import type { CircuitBreaker } from "../circuit-breaker.ts";
import { sentCredential } from "../credential.ts";
import type { EffectiveModel } from "../effective-configuration.ts";
import type { RenderContext } from "../rendering.ts";
import type { SecretFiles } from "../secret-files.ts";
import { type Upstream, upstreamOf } from "../upstream.ts";
import { ANSWERS_AS_ERRORS, type Handlers, refusal } from "./handlers.ts";
import { literal, quoted } from "./placeholders.ts";
import { limitsOfModel, rateLimits } from "./rate-limit.ts";

export interface ModelScene {
  readonly secret: RenderContext["secret"];
  readonly secrets: SecretFiles;
  /** Where the gateway has the Secret mounted. */
  readonly secretsDirectory: string;
  readonly countsRates: boolean;
  readonly breaker: CircuitBreaker | undefined;
  /** Whether something may be tried after it. */
  readonly isFollowed: boolean;
}

/** What comes of a request that goes to this model, and to no other. */
export function handlersOfModel(model: EffectiveModel, scene: ModelScene): Handlers {
  const { name, endpoint, accessControl } = model;
  const upstream = upstreamOf(endpoint);
  if (!upstream) return [refusal(503)];
  if (!letsIn(accessControl?.mode, accessControl)) return [refusal(403)];
  return [
    ...(scene.countsRates ? rateLimits(`model ${name}`, limitsOfModel(model)) : []),
    proxyTo(upstream, model, scene),
  ];
}

/** Lists name clients, whom Caddy does not know, so a list lets nobody in. */
export function letsIn(mode: unknown, { consumers, groups }: { consumers?: unknown; groups?: unknown } = {}): boolean {
  return mode === "allowAll" || (mode === undefined && consumers === undefined && groups === undefined);
}

function proxyTo(upstream: Upstream, model: EffectiveModel, scene: ModelScene): object {
  const { host, port } = upstream;
  const { breaker } = scene;
  const passive = breaker && {
    max_fails: breaker.failures,
    fail_duration: breaker.openMilliseconds * NANOSECONDS,
    unhealthy_status: [5],
  };
  return {
    handler: "reverse_proxy",
    upstreams: [{ dial: `${host.includes(":") ? `[${host}]` : host}:${port}` }],
    transport: transportOf(upstream, model, scene),
    headers: { request: { set: { Host: [hostHeader(upstream)], ...credentialOf(model, scene) } } },
    ...rewriting(upstream),
    flush_interval: -1, // parts of a stream are handed on as they come
    ...(passive ? { health_checks: { passive } } : {}),
    ...(scene.isFollowed ? { handle_response: ANSWERS_AS_ERRORS } : {}),
  };
}

const NANOSECONDS = 1_000_000;

function transportOf({ isTls }: Upstream, { name, timeouts, tls }: EffectiveModel, scene: ModelScene): object {
  const { caSecretRef, insecureSkipVerify, serverName } = tls ?? {};
  const ca = caSecretRef && scene.secrets.put(name, "ca.crt", scene.secret(caSecretRef));
  return {
    protocol: "http",
    response_header_timeout: nanoseconds(timeouts?.request),
    read_timeout: nanoseconds(timeouts?.streamIdle),
    tls: isTls
      ? {
          ca: ca === undefined ? undefined : { provider: "file", pem_files: [`${scene.secretsDirectory}/${ca}`] },
          insecure_skip_verify: insecureSkipVerify,
          server_name: serverName === undefined ? undefined : literal(serverName),
        }
      : undefined,
  };
}

function nanoseconds(duration: string | undefined): number | undefined {
  const milliseconds = duration === undefined ? undefined : millisecondsOf(duration);
  return milliseconds === undefined ? undefined : milliseconds * NANOSECONDS;
}

/** As clients of the endpoint would send it. */
function hostHeader({ isTls, host, port }: Upstream): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === (isTls ? 443 : 80) ? name : `${name}:${port}`;
}

function credentialOf({ name, auth }: EffectiveModel, scene: ModelScene): Readonly<Record<string, readonly string[]>> {
  const sent = sentCredential(auth, scene.secret);
  if (!sent) return {};
  const { header, scheme, source } = sent;
  const placeholder =
    source.type === "variable"
      ? `{env.${source.variable}}`
      : `{file.${scene.secretsDirectory}/${scene.secrets.put(name, "credential", source.content)}}`;
  return { [literal(header)]: [scheme === undefined ? placeholder : `${literal(scheme)} ${placeholder}`] };
}

function rewriting({ path, call, query }: Upstream): object {
  const pathOf = {
    find: call ? "^.*$" : `^(?:${quoted(path)})?(/.*)?$`,
    replace: `${path.replaceAll("$", "$$$$")}${call ? "" : "$1"}`,
  };
  const rewrite = {
    ...(path === "" ? {} : { path_regexp: [pathOf] }),
    ...(query.length === 0
      ? {}
      : { query: { set: query.map(([key, val]) => ({ key: literal(key), val: literal(val) })) } }),
  };
  return Object.keys(rewrite).length === 0 ? {} : { rewrite };
}
