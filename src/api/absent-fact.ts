/**
 * The kind of a fact that was looked for and is not known: there may be none, or
 * it may not have got here yet. Of what depends on an object that is deleted it is
 * the news that it is gone.
 */
export type AbsentFact =
  | "ApprovedModel"
  | "AIGatewayClass"
  | "Namespace"
  | "AIGatewayConfig"
  | "ModelConfig"
  | "AIRoute"
  | "PromptTemplate"
  | "RateLimitPolicy"
  | "IntegrationConfig";
