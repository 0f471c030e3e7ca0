import { createHash } from "node:crypto";
import { VARIABLES } from "../identifiers.ts";

/** Variables of the gateway's environment, gathered while a configuration is written. */
export interface CredentialVariables {
  /** Puts a model's credential into a variable and says which. */
  readonly put: (model: string, content: string) => string;
  readonly values: Readonly<Record<string, string>>;
}

export function credentialVariables(): CredentialVariables {
  const values: Record<string, string> = {};
  const put = (model: string, content: string) => {
    const plain = `${PREFIX}${VARIABLES.of(model)}`.slice(0, MAX_PLAIN);
    const variable = Object.hasOwn(values, plain) ? `${plain}_${digestOf(model)}` : plain;
    values[variable] = content;
    return variable;
  };
  return { put, values };
}

const PREFIX = "GATEHOUSE_KEY_";

/** 253 characters of a Secret's key (Kubernetes, IsConfigMapKey), less a digest. */
const MAX_PLAIN = 220;

/** For a name that becomes what another became, which a policy may let pass. */
function digestOf(model: string): string {
  return createHash("sha256").update(model).digest("hex").slice(0, 32).toUpperCase();
}
