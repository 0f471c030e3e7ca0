import { type RelativePath, valueAt } from "#api/field-path.ts";
import { type KnownSecret, knownSecret, type SecretLookup } from "#validate/known-secret.ts";

/**
 * The Secrets among some documents, and those that others of them will make, of which
 * the values are not known. Undefined where no Secret is given at all: then they are
 * kept elsewhere, and to miss them says nothing.
 */
export function givenSecrets(documents: readonly unknown[], defaultNamespace: string): SecretLookup | undefined {
  const given = documents.flatMap((document) => givenIn(document, defaultNamespace) ?? []);
  if (!given.some(({ secret }) => secret.values)) return undefined;
  const byNamespace = Map.groupBy(given, ({ namespace }) => namespace);
  return {
    find: (namespace, name) => byNamespace.get(namespace)?.findLast((one) => one.name === name)?.secret,
    namesIn: (namespace) => (byNamespace.get(namespace) ?? []).map(({ name }) => name),
    namespaceOf: (name) => given.find((one) => one.name === name)?.namespace,
  };
}

interface GivenSecret {
  readonly namespace: string;
  readonly name: string;
  readonly secret: KnownSecret;
}

function givenIn(document: unknown, defaultNamespace: string): GivenSecret | undefined {
  const group = textAt(document, ["apiVersion"])?.split("/", 1)[0];
  const kind = textAt(document, ["kind"]);
  const namespace = textAt(document, ["metadata", "namespace"]) ?? defaultNamespace;
  if (group === "v1" && kind === "Secret") {
    const name = textAt(document, ["metadata", "name"]);
    const secret = knownSecret(valueAt(document, ["data"]), valueAt(document, ["stringData"]));
    return name === undefined ? undefined : { namespace, name, secret };
  }
  const places = MAKERS[`${kind}.${group}`] ?? [];
  const name = places.map((place) => textAt(document, place)).find((text) => text !== undefined);
  return name === undefined ? undefined : { namespace, name, secret: { values: undefined } };
}

const OWN_NAME: RelativePath = ["metadata", "name"];

/** Objects from which controllers make Secrets, and where their names stand. */
const MAKERS: Readonly<Record<string, readonly RelativePath[]>> = {
  "SealedSecret.bitnami.com": [["spec", "template", "metadata", "name"], OWN_NAME],
  "ExternalSecret.external-secrets.io": [["spec", "target", "name"], OWN_NAME],
  "Certificate.cert-manager.io": [["spec", "secretName"]],
  "VaultStaticSecret.secrets.hashicorp.com": [["spec", "destination", "name"]],
  "VaultDynamicSecret.secrets.hashicorp.com": [["spec", "destination", "name"]],
  "OnePasswordItem.onepassword.com": [OWN_NAME],
};

function textAt(document: unknown, path: RelativePath): string | undefined {
  const text = valueAt(document, path);
  return typeof text === "string" && text !== "" ? text : undefined;
}
