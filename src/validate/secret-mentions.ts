import type { RelativePath } from "#api/field-path.ts";
import { secretKeyOf } from "#api/reference.ts";
import type { Part } from "./part.ts";

/** A key of a Secret that a part names. */
export interface SecretMention {
  readonly name: string;
  readonly key: string;
  /** Where the Secret and its key are named: one place, where both stand in one text. */
  readonly atName: RelativePath;
  readonly atKey: RelativePath;
  /** Whether the value is sent as it is; a certificate's may begin and end with line breaks. */
  readonly isSent: boolean;
}

export function mentionsOfModel({ value: { auth, tls } }: Part<"model">): readonly SecretMention[] {
  const written = auth?.value === undefined ? undefined : secretKeyOf(auth.value);
  return [
    ...(written ? [{ ...written, atName: ["auth", "value"], atKey: ["auth", "value"], isSent: true }] : []),
    ...mention(auth?.valueFrom?.secretKeyRef, ["auth", "valueFrom", "secretKeyRef"], true),
    ...mention(auth?.oauth2?.clientSecretRef, ["auth", "oauth2", "clientSecretRef"], true),
    ...mention(tls?.caSecretRef, ["tls", "caSecretRef"], false),
  ];
}

export function mentionsOfIntegration({ value: { credentials } }: Part<"integration">): readonly SecretMention[] {
  return mention(credentials?.secretRef, ["credentials", "secretRef"], true);
}

interface KeyRef {
  readonly name?: string;
  readonly key?: string;
}

/** Of a reference that is half there its shape is wrong, which is told anyhow. */
function mention(ref: KeyRef | undefined, at: RelativePath, isSent: boolean): readonly SecretMention[] {
  const { name, key } = ref ?? {};
  if (name === undefined || key === undefined) return [];
  return [{ name, key, atName: [...at, "name"], atKey: [...at, "key"], isSent }];
}
