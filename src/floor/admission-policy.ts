import { GROUP, type Kind, VERSION } from "#api/kind.ts";

/** A named expression, computed when another first asks for it, from those before it. */
export interface Variable {
  readonly name: string;
  readonly expression: string;
}

/** What one rule claims of an object: CEL that must be true, and what is said where it is not. */
export interface Validation {
  readonly expression: string;
  /** Where `messageExpression` fails, as for a name with a line break in it. */
  readonly message: string;
  readonly messageExpression: string;
}

/** One claim with what it is computed from. */
export interface FloorPart {
  readonly variables: readonly Variable[];
  readonly validation: Validation;
}

/** An object that kubectl can apply. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: object;
}

/**
 * The ValidatingAdmissionPolicy for one kind, and the binding that gives it every
 * AIGatewayPolicy, one at a time.
 */
export function admissionPolicy(
  kind: Kind,
  terms: readonly Variable[],
  parts: readonly FloorPart[],
): readonly Manifest[] {
  const name = `gatehouse-floor-${kind.plural}`;
  const metadata = { name, labels: { "app.kubernetes.io/name": "gatehouse", "app.kubernetes.io/component": "floor" } };
  const about = { apiVersion: "admissionregistration.k8s.io/v1", metadata };
  const policy = {
    ...about,
    kind: "ValidatingAdmissionPolicy",
    spec: {
      failurePolicy: "Fail",
      paramKind: { apiVersion: `${GROUP}/${VERSION}`, kind: "AIGatewayPolicy" },
      // Whole, as the API server defaults it: what is atomic has one owner, and a default inside it is a change to the next.
      matchConstraints: {
        matchPolicy: "Equivalent",
        namespaceSelector: {},
        objectSelector: {},
        resourceRules: [
          {
            apiGroups: [GROUP],
            apiVersions: [VERSION],
            operations: ["CREATE", "UPDATE"],
            resources: [kind.plural],
            scope: "*",
          },
        ],
      },
      matchConditions: MATCH_CONDITIONS,
      variables: [...terms, ...parts.flatMap(({ variables }) => variables)],
      validations: parts.map(({ validation }) => ({ ...validation, reason: "Invalid" })),
    },
  };
  const binding = {
    ...about,
    kind: "ValidatingAdmissionPolicyBinding",
    spec: {
      policyName: name,
      paramRef: { selector: {}, parameterNotFoundAction: "Allow" },
      validationActions: ["Deny"],
    },
  };
  return [policy, binding];
}

/** Whom the floor has nothing to say to, as far as that is known without the namespace. */
const MATCH_CONDITIONS = [
  { name: "is-not-being-deleted", expression: "!has(object.metadata.deletionTimestamp)" },
  { name: "changes-the-specification", expression: "oldObject == null || object.spec != oldObject.spec" },
  { name: "policy-is-in-enforce", expression: "params.spec.mode == 'Enforce'" },
  {
    // Of a faulty policy an earlier form may be in force, which is not here.
    name: "policy-is-accepted",
    expression:
      "!params.?status.?conditions.orValue([]).exists(condition, condition.type == 'Accepted' && condition.status == 'False')",
  },
];
