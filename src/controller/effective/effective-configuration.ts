import { type AIGatewayClass, CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import { adapterOf } from "#gateway/adapters.ts";
import { canonicalJson } from "#gateway/canonical-json.ts";
import { modulesOf } from "#gateway/parameters.ts";
import { actionOf } from "#validate/judge.ts";
import { duplicateRoute } from "#validate/rules/duplicate-route.ts";
import { approvalInstants } from "./approval-state.ts";
import { assemble } from "./assemble.ts";
import { integrationCandidates, limitCandidates } from "./attached-candidates.ts";
import { attachedRoutes, attachmentsTo } from "./attachment.ts";
import { chosen } from "./choice.ts";
import { configurationHash } from "./configuration-hash.ts";
import type { Effective } from "./effective.ts";
import { policyCandidates, routeCandidates, templateCandidates } from "./gateway-candidates.ts";
import type { GatewayInputs } from "./gateway-inputs.ts";
import { type Gathering, gatheringOf, judgedGateway } from "./gathering.ts";
import { isConfidential } from "./is-confidential.ts";
import { type Choices, judgeTogether } from "./judge-together.ts";
import { modelCandidates } from "./model-candidates.ts";
import { nextLastGood } from "./next-last-good.ts";
import { partStates } from "./part-states.ts";
import { settleRoutes, surroundingsOf } from "./settle-routes.ts";

/**
 * What a gateway is to run, of all that is written for it: each part is completed
 * with the defaults that admission would have added and judged by the same rules. A
 * part that is denied, or that refers to what is not there, runs in the form in
 * which it was last good, or else not at all, and with it whatever needs it; no
 * other part is touched. Pure; the order of the inputs has no influence.
 */
export function effectiveConfiguration(inputs: GatewayInputs): Effective {
  const { gateway, lookup, now, secrets, lastGood } = inputs;
  const gatewayClass = inputs.gatewayClass && asOurs(inputs.gatewayClass);
  const gathering = gatheringOf(inputs);
  const { choices, attachments } = choicesOf(gathering);
  const policy = judgedGateway(gathering).judged.policy;
  const fitFor = fitnessOf(gatewayClass);
  judgeTogether({
    gateway,
    choices,
    circumstances: { lookup, now, policy, gatewayClass },
    areKeptFit: lastGood?.fitFor === fitFor,
  });
  const mayNotRepeat = actionOf(duplicateRoute, policy) === "Deny";
  settleRoutes(choices.route, surroundingsOf(choices, mayNotRepeat));
  const configuration = assemble(gateway.metadata, choices, attachments);
  return {
    configuration,
    hash: configurationHash(configuration, gatewayClass, secrets),
    isConfidential: isConfidential(configuration, inputs),
    parts: partStates(choices, gathering),
    lastGood: nextLastGood(choices, fitFor),
    nextChange: nextChange(choices, gathering),
  };
}

/** Whatever our controller is called, the class is ours, and what its adapter means is known. */
function asOurs({ spec, ...gatewayClass }: AIGatewayClass): AIGatewayClass {
  return { ...gatewayClass, spec: { ...spec, controllerName: CONTROLLER_NAME } };
}

function choicesOf(gathering: Gathering) {
  const { inputs } = gathering;
  const gateway = judgedGateway(gathering);
  const attached = attachedRoutes(inputs);
  const attachmentOf = attachmentsTo(gateway.owner.name, gateway.judged.parts.models, attached);
  const routes = routeCandidates(gateway, attached, gathering);
  const limits = limitCandidates(gateway, attachmentOf, gathering);
  const integrations = integrationCandidates(gateway, attachmentOf, gathering);
  const choices: Choices = {
    model: modelCandidates(gateway, gathering).map(chosen),
    route: routes.map(chosen),
    policy: policyCandidates(gateway, gathering).map(chosen),
    limit: limits.map(({ candidate }) => chosen(candidate)),
    template: templateCandidates(routes, gathering).map(chosen),
    integration: integrations.map(({ candidate }) => chosen(candidate)),
  };
  const attachments = new Map([...limits, ...integrations].map(({ candidate, attachment }) => [candidate, attachment]));
  return { choices, attachments };
}

/** What makes out whether a gateway can do what is asked of it. */
function fitnessOf(gatewayClass: AIGatewayClass | undefined): string {
  const adapter = gatewayClass && adapterOf(gatewayClass);
  return adapter && gatewayClass ? canonicalJson([adapter.name, ...modulesOf(gatewayClass.spec.parameters)], 0) : "";
}

/** The next end of an approval or of an exception. */
function nextChange(choices: Choices, { inputs, judged }: Gathering): number | undefined {
  const { lookup, now, gateway } = inputs;
  const place = { lookup, now, namespace: gateway.metadata.namespace ?? "" };
  let next = Number.POSITIVE_INFINITY;
  for (const { metadata } of judged.keys()) {
    const subject = { namespace: place.namespace, name: metadata.name ?? "" };
    next = Math.min(next, lookup.policyHoldsUntil(subject, now) ?? next);
  }
  for (const { candidate } of choices.model) {
    for (const form of [candidate.current, candidate.kept]) {
      if (!form) continue;
      for (const instant of approvalInstants({ name: candidate.name, ...form }, place)) next = Math.min(next, instant);
    }
  }
  return next === Number.POSITIVE_INFINITY ? undefined : next;
}
