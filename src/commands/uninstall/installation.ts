import type { Resource } from "#kube/resource.ts";
import type { NamedObject } from "../named-objects.ts";
import { UsageError } from "../usage-error.ts";

/** What is to go. */
export interface Installation {
  /** Of the Helm release. */
  readonly name: string;
  readonly namespace: string;
  /** Whose AIGatewayConfigs are let go. */
  readonly controllerName: string;
  /** What else is to be deleted, in this order. */
  readonly leftovers: readonly NamedObject[];
}

/** Throws where an object bears the name of the installation and is none of Gatehouse's, since the name was mistyped then. */
export function checkOurs({ kind = "object", metadata: { name, labels } }: Resource): void {
  if (labels?.[NAME_LABEL] === "gatehouse") return;
  throw new UsageError(
    `uninstall: ${kind} ${name} must have the label ${NAME_LABEL}=gatehouse to be taken for one of Gatehouse; is '${name}' the name of the release?`,
  );
}

const NAME_LABEL = "app.kubernetes.io/name";
