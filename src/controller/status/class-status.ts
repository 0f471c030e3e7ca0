import { SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import { type AIGatewayClass, aiGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { Standing } from "#certificates/standing.ts";
import { acceptedCondition } from "#review/accepted-condition.ts";
import { certificateVerdict } from "./certificate-verdict.ts";
import { type Circumstances, generationOf, type Told } from "./told.ts";
import { conditionsOf, type Verdict, yes } from "./verdict.ts";

type ClassStatus = NonNullable<AIGatewayClass["status"]>;

export interface ClassCircumstances extends Circumstances {
  readonly controllerName: string;
  /** `namespace/name` of the gateways that have to be emptied before the class may go. */
  readonly neededBy: readonly string[];
  /** Of the servers of this installation; undefined where nobody looks. */
  readonly certificate?: CertificateSight | undefined;
}

/** How the certificate stands, and when that is another by time alone. */
export interface CertificateSight {
  readonly standing: Standing;
  readonly nextChange: number | undefined;
}

/** Pure: the status of a class that is ours. */
export function classStatus(gatewayClass: AIGatewayClass, circumstances: ClassCircumstances): Told<ClassStatus> {
  const { facts, now, controllerName, neededBy, certificate } = circumstances;
  const { name = "", deletionTimestamp } = gatewayClass.metadata;
  const observedGeneration = generationOf(gatewayClass);
  const Accepted = acceptedCondition(aiGatewayClass, gatewayClass, { lookup: facts, now: now.getTime() });
  const verdicts = {
    Accepted,
    ...(certificate && { CertificateTrusted: certificateVerdict(certificate.standing) }),
    ...(deletionTimestamp !== undefined && { Terminating: terminating(neededBy) }),
  };
  let usedBy = 0;
  for (const _ of facts.configsOfClass(name)) usedBy += 1;
  return {
    status: {
      controllerName,
      ...(observedGeneration !== undefined && { observedGeneration }),
      usedBy,
      isDefault: facts.defaultGatewayClass()?.metadata.name === name,
      conditions: conditionsOf(verdicts, gatewayClass.status?.conditions, { observedGeneration, now }),
    },
    nextChange: certificate?.nextChange,
  };
}

function terminating(neededBy: readonly string[]): Verdict {
  if (neededBy.length === 0) return yes("Released", "nothing of ours keeps it");
  const named = neededBy.slice(0, MOST_NAMED).join(", ");
  const others = neededBy.length > MOST_NAMED ? ` and ${neededBy.length - MOST_NAMED} more` : "";
  return yes(
    "GatewaysToCleanUp",
    `it is kept for AIGatewayConfigs whose gateways are to be emptied with its help: ${named}${others}: they must be deleted or name another class; the annotation ${SKIP_CLEANUP_ANNOTATION}: "true" lets it go all the same`,
  );
}

const MOST_NAMED = 10;
