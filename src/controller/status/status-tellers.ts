import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { Standing } from "#certificates/standing.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { FactIndex, FactKind } from "#policy/fact-index.ts";
import type { StoredKind } from "#policy/stored-objects.ts";
import { approvedModelStatus, usesCovered } from "./approved-model-status.ts";
import { attachedFindings, gatewaysUsing, routesUsing } from "./attached-findings.ts";
import { limitOrIntegrationStatus, modelConfigStatus, promptTemplateStatus, routeStatus } from "./attached-status.ts";
import type { AttachedFindings } from "./attached-verdicts.ts";
import { classStatus } from "./class-status.ts";
import type { PartReports } from "./part-reports.ts";
import { policyStatus } from "./policy-status.ts";
import type { Tell } from "./status-loop.ts";
import { type Circumstances, NOTHING_MORE, type Told } from "./told.ts";
import type { ViolationScan } from "./violation-scan.ts";
import type { Voice } from "./whose-parts.ts";
import type { Status } from "./write-status.ts";

/** The kinds beside gateways that have a status, in the order of their documentation. */
export type ToldKind = Exclude<FactKind, "Namespace" | "AIGatewayConfig">;

export interface TellerOptions {
  readonly facts: FactIndex;
  readonly controllerName: string;
  readonly scan: Pick<ViolationScan, "caughtUp" | "ledger">;
  readonly partReports: Pick<PartReports, "of">;
  /** `namespace/name` of the gateways that have to be emptied before a class may go. */
  readonly neededBy: (className: string) => readonly string[];
  /** How the servers' certificate stands, where somebody looks. */
  readonly certificate?: CertificateStanding | undefined;
  /** Whose an object beside gateways is to speak of. */
  readonly voiceOn: (kind: StoredKind, object: FactObject) => Voice;
}

/** See LiveStanding. */
export interface CertificateStanding {
  of(now: number): Standing;
  nextChange(now: number): number | undefined;
  follow(onChange: () => void): Disposable;
}

/** Who says what of which kind. */
export function statusTellers(options: TellerOptions): Readonly<Record<ToldKind, Tell>> {
  const { facts, controllerName, neededBy, certificate, scan } = options;
  return {
    ModelConfig: attached("ModelConfig", options, (object, findings, circumstances) =>
      modelConfigStatus(object as ModelConfig, findings, gatewaysUsing(object, circumstances), circumstances),
    ),
    AIRoute: attached("AIRoute", options, (object, findings, circumstances) =>
      routeStatus(object as AIRoute, findings, circumstances),
    ),
    RateLimitPolicy: attached("RateLimitPolicy", options, (object, findings, circumstances) =>
      limitOrIntegrationStatus(object as RateLimitPolicy, findings, circumstances),
    ),
    PromptTemplate: attached("PromptTemplate", options, (object, findings, circumstances) =>
      promptTemplateStatus(object as PromptTemplate, findings, routesUsing(object, circumstances), circumstances),
    ),
    IntegrationConfig: attached("IntegrationConfig", options, (object, findings, circumstances) =>
      limitOrIntegrationStatus(object as IntegrationConfig, findings, circumstances),
    ),
    AIGatewayClass: (object, { now }) => {
      const gatewayClass = object as FactObject & AIGatewayClass;
      const { controllerName: name = CONTROLLER_NAME } = gatewayClass.spec;
      if (name !== controllerName) return undefined;
      const instant = now.getTime();
      const sight = certificate && { standing: certificate.of(instant), nextChange: certificate.nextChange(instant) };
      const needed = neededBy(object.metadata.name);
      return classStatus(gatewayClass, { facts, now, controllerName, neededBy: needed, certificate: sight });
    },
    ApprovedModel: async (object, { now, slice }) => {
      // What can be read of it is what covers models, whatever is stored.
      const form = facts.approval(object.metadata.name);
      const usedBy = form ? await usesCovered(form, facts, { now: now.getTime(), slice }) : 0;
      return approvedModelStatus(object as FactObject & ApprovedModel, form?.spec, usedBy, { facts, now });
    },
    AIGatewayPolicy: async (object, { now, slice, signal }) => {
      await scan.caughtUp(signal);
      const tally = scan.ledger.tallyOf(object.metadata.name);
      return slice.run(policyStatus(object as FactObject & AIGatewayPolicy, tally, { facts, now }));
    },
  };
}

function attached(
  kind: StoredKind,
  { facts, controllerName, partReports, voiceOn }: TellerOptions,
  tell: (object: FactObject, findings: AttachedFindings, circumstances: Circumstances) => Told<Status>,
): Tell {
  return (object, { now }) => {
    const voice = voiceOn(kind, object);
    const { controllers = [] } = (object as FactObject & { readonly status?: Status }).status ?? {};
    if (voice === "outside") return undefined;
    if (voice === "another's") return controllers.includes(controllerName) ? NOTHING_MORE : undefined;
    const circumstances = { facts, now };
    const told = tell(object, attachedFindings(kind, object, partReports, circumstances), circumstances);
    const isLeftOver = voice === "ours" && controllers.some((name) => name !== controllerName);
    return { ...told, status: { controllers: [controllerName], ...told.status }, isAnew: isLeftOver };
  };
}
