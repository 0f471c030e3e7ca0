import { pino } from "pino";
import { Registry } from "prom-client";
import { KINDS } from "#api/kinds.ts";
import { AdmissionMetrics } from "#observability/admission-metrics.ts";
import { createLogger } from "#observability/logger.ts";
import { Readiness } from "#observability/readiness.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewMutation, reviewValidation } from "#review/admission.ts";
import { AdmissionServer } from "#server/admission-server.ts";
import { developmentCertificate } from "#server/development-certificate.ts";
import { KNOWN_MODELS } from "../../test/support/known-models.ts";
import { APPROVALS, benchedFacts } from "../objects.ts";

/** Ours, with metrics and log lines. The lines go to /dev/null. */
export async function startAdmission(): Promise<{ readonly port: number; readonly certificate: string }> {
  const lookup = new FactIndex(KNOWN_MODELS);
  for (const fact of benchedFacts(APPROVALS)) lookup.apply(fact);

  const pair = await developmentCertificate();
  const server = new AdmissionServer({
    certificate: pair,
    readiness: new Readiness(),
    metrics: new AdmissionMetrics(
      new Registry(),
      KINDS.map(({ kind }) => kind),
    ),
    logger: createLogger("info", pino.destination({ dest: "/dev/null", sync: false, minLength: 4096 })),
    webhooks: [
      { path: "/mutate", mayPatch: true, review: (request) => reviewMutation(request, { lookup, now: Date.now() }) },
      {
        path: "/validate",
        mayPatch: false,
        review: (request) => reviewValidation(request, { lookup, now: Date.now() }),
      },
    ],
  });
  return { port: await server.listen({ host: "127.0.0.1", port: 0 }), certificate: pair.certificate };
}
