import { describe } from "vitest";
import { CANARY, testBehaviour } from "../support/gateways/gateway-behaviour.ts";
import { plainRequest } from "../support/gateways/plain-request.ts";
import { useEnvoy } from "../support/gateways/use-envoy.ts";

describe("a real Envoy", () => {
  const scene = useEnvoy(CANARY);
  const { envoy } = scene;

  testBehaviour(scene, {
    running: async () => (await plainRequest(`${envoy().adminUrl}/config_dump?include_eds`)).text,
    placeholders: () => [
      "%ENVIRONMENT(CANARY)%",
      "%%ENVIRONMENT(CANARY)%%",
      `%FILE_CONTENT(${envoy().secretsDirectory}/canary)%`,
      "%REQ(:path)%",
      "\\1",
    ],
    lastAnswer: (_, said) => said,
    noAnswerStatus: 503,
  });
});
