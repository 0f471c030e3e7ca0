import type { RelativePath } from "#api/field-path.ts";
import type { Model } from "#api/kinds/model.ts";
import { isVariableReference, secretKeyOf, variablesIn } from "#api/reference.ts";
import type { RenderContext } from "./rendering.ts";

/** What the gateway shows a model's endpoint with every request. */
export interface SentCredential {
  readonly header: string;
  /** The word before the credential, if there is one. */
  readonly scheme?: string;
  readonly source: CredentialSource;
}

export type CredentialSource =
  | { readonly type: "content"; readonly content: string }
  | { readonly type: "variable"; readonly variable: string };

/** The credential of a model that has one of its own; undefined for none and for OAuth2. */
export function sentCredential(auth: Model["auth"], secret: RenderContext["secret"]): SentCredential | undefined {
  const source = auth && sourceOf(auth, secret);
  if (source === undefined) return undefined;
  const { header = AUTHORIZATION, scheme = header.toLowerCase() === "authorization" ? "Bearer" : "" } = auth ?? {};
  return { header, ...(scheme === "" ? {} : { scheme }), source };
}

export const AUTHORIZATION = "Authorization";

function sourceOf(auth: NonNullable<Model["auth"]>, secret: RenderContext["secret"]): CredentialSource | undefined {
  const { value, valueFrom } = auth;
  if (valueFrom) return { type: "content", content: secret(valueFrom.secretKeyRef) };
  if (value === undefined || value === "") return undefined;
  if (isVariableReference(value)) return { type: "variable", variable: variablesIn(value)[0] ?? "" };
  const key = secretKeyOf(value);
  return { type: "content", content: key ? secret(key) : value };
}

/** Whether a text at this place of a model is a variable's name that stands for the credential as a whole. */
export function isCredentialVariable(at: RelativePath, text: string): boolean {
  return at.length === 2 && at[0] === "auth" && at[1] === "value" && isVariableReference(text);
}
