import type { FloorPart } from "./admission-policy.ts";
import { isInRanges } from "./hosts.ts";
import { deniesExpression } from "./policy-terms.ts";
import { noneOf } from "./validation.ts";

const RULE = "forbidden-endpoint";

const isForbidden = [
  "site.host in variables.specialNames",
  "site.host.endsWith('.localhost')",
  isInRanges("site.host", "forbiddenRanges"),
  `variables.forbidsPrivate && ${isInRanges("site.host", "privateRanges")}`,
]
  .map((condition) => `(${condition})`)
  .join(" || ");

/** No URL names a host that no policy can allow, nor a private address where this policy forbids them. */
export const FORBIDDEN_HOSTS: FloorPart = {
  variables: [
    { name: "judgesHosts", expression: deniesExpression(RULE) },
    { name: "forbidsPrivate", expression: "!params.spec.?endpoints.?allowPrivate.orValue(true)" },
    {
      name: "forbiddenHosts",
      expression: `variables.judgesHosts ? variables.sites.filter(site,
  (!(site.scheme in ['http', 'https']) || ${isForbidden}) &&
  !([site.key, site.url] in variables.oldUrls)).map(site, site.at +
  (site.scheme in ['http', 'https'] ? ': must name a public host' : ': must be an absolute http or https URL')) : []`,
    },
  ],
  validation: noneOf("forbiddenHosts", RULE, "each URL must name a public host"),
};
