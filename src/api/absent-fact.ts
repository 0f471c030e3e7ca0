/**
 * The kind of a fact that was looked for and is not known: there may be none, or
 * it may not have got here yet. Of AIGatewayConfig it is the news that those are
 * gone which depend on what is deleted.
 */
export type AbsentFact = "ApprovedModel" | "AIGatewayClass" | "Namespace" | "AIGatewayConfig";
