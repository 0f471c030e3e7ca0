import { factType } from "#cluster/fact-types.ts";

export const GATEWAYS = factType("AIGatewayConfig");
