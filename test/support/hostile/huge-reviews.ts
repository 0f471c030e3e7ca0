import { API_VERSION, GROUP, VERSION } from "#api/kind.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";

/** Of a legal size. */
const ALIKE = {
  models: repeated(256, (index) => `{"name":"m${index}","provider":"openai"}`),
  routes: repeated(512, (index) => `{"path":"/a","targetModel":"m${index % 256}"}`),
};

const MATCHES_ALIKE = repeated(512, () => {
  const hostnames = repeated(16, (host) => `"h${host}.example.com"`);
  return `{"path":"/a","methods":["GET","POST","PUT","DELETE","PATCH","HEAD","OPTIONS"],"match":{"hostnames":${hostnames}}}`;
});

const FREE_FORM = policy(fields(100_000));

/** Creates and updates of AIGatewayConfigs whose size or shape is meant to cost more than a review may. */
export const hugeReviews: readonly (readonly [name: string, body: Buffer])[] = [
  ["100,000 models", review({ models: repeated(100_000, (index) => `{"name":"m${index}"}`) })],
  [
    "100,000 models of the wrong type, as before",
    unchanged({ models: repeated(60_000, (index) => `{"name":${index}}`) }),
  ],
  ["100,000 lists for models", review({ models: repeated(100_000, () => "[]") })],
  ["a list 10,000 levels deep", review({ models: nested("[", "]", 10_000) })],
  ["an object 10,000 levels deep, as before", unchanged({ policies: policy(nested('{"a":', "}", 10_000, "1")) })],
  ["a string of 3 MB for an endpoint", review({ models: `[{"name":"a","endpoint":${text(3_000_000)}}]` })],
  ["a string of 3 MB in free form", review({ policies: policy(`{"url":${text(3_000_000)}}`) })],
  ["200,000 fields in free form", review({ policies: policy(fields(200_000)) })],
  ["100,000 fields in free form, as before", unchanged({ policies: FREE_FORM })],
  ["100,000 fields below a field in free form, as before", unchanged({ policies: policy(`{"a":${fields(100_000)}}`) })],
  [
    "100,000 fields in free form, all changed",
    review({ policies: FREE_FORM }, { policies: policy(fields(100_000, 2)) }),
  ],
  ["a string of 3 MB for a name, as before", unchanged({ models: `[{"name":${text(3_000_000)}}]` })],
  ["10,000 routes of the wrong type, as before", unchanged({ routes: repeated(10_000, route) })],
  ["as many models and routes as there may be, all routes alike", review(ALIKE)],
  ["as many models and routes as there may be, all routes alike, as before", unchanged(ALIKE)],
  ["as many routes, hosts and methods as there may be, all alike, as before", unchanged({ routes: MATCHES_ALIKE })],
  ["brackets, three million", review({ models: nested("[", "]", 1_500_000) })],
];

interface Spec {
  readonly models?: string;
  readonly routes?: string;
  readonly policies?: string;
}

function review(spec: Spec, old?: Spec): Buffer {
  const request = {
    uid: "huge",
    kind: { group: GROUP, version: VERSION, kind: aiGatewayConfig.kind },
    resource: { group: GROUP, version: VERSION, resource: aiGatewayConfig.plural },
    name: "a",
    namespace: "team-a",
    operation: old ? "UPDATE" : "CREATE",
  };
  const fields = JSON.stringify(request).slice(0, -1);
  const objects = `"object":${objectText(spec)},"oldObject":${old ? objectText(old) : "null"}}`;
  return Buffer.from(`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":${fields},${objects}}`);
}

/** An update that leaves everything as wrong as it was. */
function unchanged(spec: Spec): Buffer {
  return review(spec, spec);
}

function objectText({ models = "[]", routes = "[]", policies = "[]" }: Spec): string {
  const spec = `{"models":${models},"routes":${routes},"policies":${policies}}`;
  return `{"apiVersion":"${API_VERSION}","kind":"AIGatewayConfig","metadata":{"name":"a","namespace":"team-a"},"spec":${spec}}`;
}

function repeated(count: number, item: (index: number) => string): string {
  return `[${Array.from({ length: count }, (_, index) => item(index)).join(",")}]`;
}

function nested(open: string, close: string, depth: number, inside = ""): string {
  return open.repeat(depth) + inside + close.repeat(depth);
}

function text(length: number): string {
  return `"${"x".repeat(length)}"`;
}

function fields(count: number, value = 1): string {
  return `{${Array.from({ length: count }, (_, index) => `"field${index}":${value}`).join(",")}}`;
}

function policy(config: string): string {
  return `[{"name":"p","type":"accessControl","config":${config}}]`;
}

function route(index: number): string {
  return `{"path":"/a","targetModel":"m${index}","targets":[{"model":"x","weight":"1"}],"fallbacks":["q"]}`;
}
