import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { LabelSelector } from "#policy/label-selector.ts";
import type { GovernedObject, Part, PlatformParts } from "./part.ts";

/** Takes apart what the platform team writes; undefined for what a team does. */
export function platformParts(object: GovernedObject): PlatformParts | undefined {
  switch (object.kind) {
    case "AIGatewayPolicy":
      return partsOfPolicy(object as AIGatewayPolicy);
    case "ApprovedModel":
      return partsOfApproval(object as ApprovedModel);
    case "AIGatewayClass":
      return partsOfClass(object as AIGatewayClass);
    default:
      return undefined;
  }
}

function partsOfPolicy({ spec }: AIGatewayPolicy): PlatformParts {
  return {
    gatewayPolicy: [{ kind: "gatewayPolicy", path: "spec", key: "", value: spec }],
    exception: (spec.exceptions ?? []).map((value, index) => ({
      kind: "exception",
      path: `spec.exceptions[${index}]`,
      key: undefined,
      value,
    })),
    selector: selectorPart("spec.namespaceSelector", spec.namespaceSelector),
  };
}

function partsOfApproval({ spec }: ApprovedModel): PlatformParts {
  return {
    approval: [{ kind: "approval", path: "spec", key: "", value: spec }],
    selector: selectorPart("spec.namespaces.selector", spec.namespaces?.selector),
  };
}

function partsOfClass(object: AIGatewayClass): PlatformParts {
  const { allowedNamespaces, verify } = object.spec;
  return {
    gatewayClass: [{ kind: "gatewayClass", path: "", key: "", value: object }],
    selector: [
      ...selectorPart("spec.allowedNamespaces", allowedNamespaces),
      ...selectorPart("spec.verify.selector", verify?.selector),
    ],
  };
}

function selectorPart(path: string, value: LabelSelector | undefined): readonly Part<"selector">[] {
  return value ? [{ kind: "selector", path, key: path, value }] : [];
}
