/** The kind of a fact that was looked for and is not known: there may be none, or it may not have got here yet. */
export type AbsentFact = "ApprovedModel" | "AIGatewayClass" | "Namespace";
