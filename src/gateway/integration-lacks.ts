import type { Lack } from "./lack.ts";

const IS_ASKED = "is asked for its statistics, and sends them nowhere";

/** What gateways that count every request for whoever asks make nothing of. */
export const ASKED_BY_PROMETHEUS: readonly Lack[] = [
  { field: "endpoint", of: "prometheus", because: IS_ASKED },
  { field: "credentials", of: "prometheus", because: IS_ASKED },
  { field: "sampling", of: "prometheus", because: "counts every request" },
  {
    field: "targetRefs[].kind",
    except: "AIGatewayConfig",
    of: "prometheus",
    isPartly: true,
    because: "counts the requests of every route and model",
  },
];

export const NO_ACCOUNTS = "keeps no accounts";
