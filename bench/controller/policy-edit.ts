import { setTimeout as pause } from "node:timers/promises";
import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import { post } from "../load.ts";
import { reviewBody, SMALL } from "../objects.ts";
import { quantile } from "../statistics.ts";
import { type SteadyLoad, startSteadyLoad } from "../steady-load.ts";
import type { RunningController } from "./running-controller.ts";
import { DELIVERED, STATUSES, writesSoFar } from "./writes.ts";

/** What one edit of a policy does that every gateway breaks from then on. */
export interface PolicyEditFigures {
  /** 99th percentile of a review's time while all statuses are written, over that before the edit; goal 1, and noise. */
  readonly admissionRatio: number;
  /** Both in milliseconds, of which the ratio is made. */
  readonly admissionBefore: number;
  readonly admissionDuring: number;
  /** The longest time for which the event loop of the controller stood still meanwhile, in milliseconds. */
  readonly longestStall: number;
  /** Statuses of gateways that were written; goal: one for each. */
  readonly statusWrites: number;
  /** Writes of what gateways run, ConfigMaps and Secrets; goal 0. */
  readonly deliveries: number;
  /** Gateways whose status does not say that their models break the policy; goal 0. */
  readonly wrongStatuses: number;
  /** From the edit until the last status was written, in seconds. */
  readonly seconds: number;
}

export interface PolicyEditOptions {
  readonly plane: ControlPlaneClient;
  readonly controller: RunningController;
  /** A policy that is stored, and selects every gateway. */
  readonly policy: string;
  readonly gateways: number;
  /** What reviews are about: a namespace that is there, and a class. */
  readonly namespace: string;
  readonly gatewayClassName: string;
  /** How long reviews are measured before. */
  readonly beforeMilliseconds: number;
}

/** Tightens a bound below what all gateways have, while reviews are asked for all the time. */
export async function measurePolicyEdit(options: PolicyEditOptions): Promise<PolicyEditFigures> {
  const { plane, controller, gateways, namespace, gatewayClassName, beforeMilliseconds } = options;
  const load = await startSteadyLoad(
    controller.admission,
    messagesFor(namespace, gatewayClassName),
    EVERY_MILLISECONDS,
  );
  try {
    await pause(WARM_UP_MILLISECONDS);
    load.take();
    await controller.longestStall();
    await pause(beforeMilliseconds);
    const admissionBefore = quantile(load.take(), P99);
    const delivered = await writesSoFar(plane, DELIVERED);
    const told = await writesSoFar(plane, STATUSES);
    const started = performance.now();
    const reconciles = await controller.reconciles();
    await controller.longestStall();
    await tighten(options);
    await controller.quiet(reconciles + gateways);
    const seconds = (performance.now() - started) / 1000;
    const admissionDuring = quantile(load.take(), P99);
    return {
      admissionRatio: admissionDuring / admissionBefore,
      admissionBefore,
      admissionDuring,
      longestStall: await controller.longestStall(),
      statusWrites: (await writesSoFar(plane, STATUSES)) - told,
      deliveries: (await writesSoFar(plane, DELIVERED)) - delivered,
      wrongStatuses: await wrongStatuses(options, load),
      seconds,
    };
  } finally {
    load.stop();
  }
}

/** Of a namespace and a class that are there, since a denial waits for what is not. */
function messagesFor(namespace: string, gatewayClassName: string): readonly Buffer[] {
  const review = JSON.parse(reviewBody(SMALL)) as { readonly request: { readonly object: AIGatewayConfig } };
  const { request } = review;
  const config = request.object;
  const object = {
    ...config,
    metadata: { ...config.metadata, namespace },
    spec: { ...config.spec, gatewayClassName },
  };
  const body = Buffer.from(JSON.stringify({ ...review, request: { ...request, namespace, object } }));
  return [post("/mutate?timeout=10s", body), post("/validate?timeout=10s", body)];
}

/** A hundred reviews in a second: more than a cluster asks for, and little beside what the API server of the bench has to do. */
const EVERY_MILLISECONDS = 10;

/** Until the code is compiled. */
const WARM_UP_MILLISECONDS = 3000;

const P99 = 0.99;

async function tighten({ plane, policy }: PolicyEditOptions): Promise<void> {
  const path = `/apis/${API_VERSION}/aigatewaypolicies/${policy}`;
  const body = { spec: { rateLimits: { max: { requestsPerMinute: 1 } } } };
  const { status, body: answer } = await plane.request("PATCH", path, { body });
  if (status !== 200) throw new Error(`PATCH ${path}: ${status} ${JSON.stringify(answer)}`);
}

/** Not measured any more: the list takes the API server a while. */
async function wrongStatuses({ plane, policy, gateways }: PolicyEditOptions, load: SteadyLoad): Promise<number> {
  load.stop();
  const { body } = await plane.request("GET", `/apis/${API_VERSION}/aigatewayconfigs`);
  const { items } = body as { items: readonly AIGatewayConfig[] };
  const right = items.filter(({ status }) =>
    status?.conditions?.some(({ type, reason }) => type === "Accepted" && reason === "PartiallyValid"),
  );
  const counted = await plane.request("GET", `/apis/${API_VERSION}/aigatewaypolicies/${policy}`);
  const { objects, violations = [] } = (counted.body as AIGatewayPolicy).status ?? {};
  const isCounted = objects === gateways && violations.some(({ count }) => count >= gateways);
  return gateways - right.length + (isCounted ? 0 : 1);
}
