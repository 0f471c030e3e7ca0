import type { FloorPart, Variable } from "./admission-policy.ts";
import { celList, isInRanges } from "./hosts.ts";
import { eachModel, eachOldModel, type ModelSource } from "./model-source.ts";
import { deniesExpression } from "./policy-terms.ts";
import { noneOf } from "./validation.ts";

const RULE = "plaintext-endpoint";

/** A name that DNS outside the cluster can answer for: its last label is of letters alone. */
const PUBLIC_NAME = String.raw`^([a-z0-9_-]+[.])+[a-z]{2,63}$`;

/** Ends of names that the cluster, the node or the local network answers for. */
const INSIDE = celList([".svc", ".pod", ".local", ".localhost"]);

/** In Pods' search lists every name that begins so may be the API server's. */
const API_SERVER = celList(["kubernetes.default.svc.", "openshift.default.svc."]);

const isOutsideName = [
  "size(site.host) <= 253", // before the pattern, whose cost goes by the length
  `site.host.matches('${PUBLIC_NAME}')`,
  "!(site.host in variables.specialNames)",
  `!${INSIDE}.exists(end, site.host.endsWith(end))`,
  `!${API_SERVER}.exists(start, site.host.startsWith(start))`,
].join(" && ");

const isOutside = `isIP(site.host) ? !(${isInRanges("site.host", "forbiddenRanges")}) : ${isOutsideName}`;

/** What leaves the cluster is encrypted, and of a model the certificate is checked. */
export function plaintext(source?: ModelSource): FloorPart {
  const variables: readonly Variable[] = [
    {
      name: "judgesPlaintext",
      expression: deniesExpression(RULE, {
        named: "!params.spec.?endpoints.?allowHTTP.orValue(true)",
        // Nobody allows it; this policy might since its status was written.
        unnamed: "!params.spec.?endpoints.?allowHTTP.orValue(false)",
      }),
    },
    {
      name: "overHTTP",
      expression: `variables.judgesPlaintext ? variables.sites.filter(site,
  site.scheme == 'http' && (${isOutside}) &&
  !([site.key, site.url] in variables.oldUrls)).map(site, site.at + ': must use https outside the cluster') : []`,
    },
  ];
  const lists = ["variables.overHTTP", ...(source ? ["variables.unverified"] : [])];
  return {
    variables: [
      ...variables,
      ...(source ? unverified(source) : []),
      { name: "unencrypted", expression: lists.join(" + ") },
    ],
    validation: noneOf(
      "unencrypted",
      RULE,
      "each URL outside the cluster must use https, with its certificate checked",
    ),
  };
}

/** A certificate that nobody checks keeps out nobody. */
function unverified(source: ModelSource): readonly Variable[] {
  const isUnverified = "model.?tls.?insecureSkipVerify.orValue(false)";
  const found = eachModel(
    source,
    `${isUnverified} && !(${source.key} in variables.unverifiedBefore)`,
    `${source.at} + '.tls.insecureSkipVerify: must be false'`,
  );
  return [
    { name: "unverifiedBefore", expression: eachOldModel(source, isUnverified, source.key) },
    { name: "unverified", expression: `variables.judgesPlaintext ? ${found} : []` },
  ];
}
