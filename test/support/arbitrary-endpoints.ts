/** Generators of model endpoints. */
import fc from "fast-check";

/** Few, so that endpoints and approvals often name the same. */
export const HOSTS = ["api.openai.example", "eu.api.openai.example", "models.internal", "evil.example"] as const;

/** Spellings that say one of two hosts, according to who parses them. */
const ODD_SPELLINGS: readonly ((one: string, other: string) => string)[] = [
  (one) => `HTTPS://${one.toUpperCase()}/v1`,
  (one) => `https:${one}`,
  (one) => `https:/${one}/v1`,
  (one) => `https:///${one}/v1`,
  (one) => `//${one}/v1`,
  (one) => `https://${one}./v1`,
  (one) => `https://${one}:0443/v1`,
  (one) => `https://${one}:99999/v1`,
  (one) => ` https://${one}/v1`,
  (one) => `ht\ntps://${one}/v1`,
  (one, other) => `https://${one}\t.${other}/v1`,
  (one, other) => `https://${one}@${other}/v1`,
  (one, other) => `https://${one}:443@${other}/v1`,
  (one, other) => `https://${one}\\@${other}/v1`,
  (one, other) => `https://${one}?@${other}/v1`,
  (one, other) => `https://${one}#@${other}/v1`,
  (one, other) => `https://${one}%2f@${other}/v1`,
  (one, other) => `https://${one}%00.${other}/v1`,
  (one, other) => `https://${one}\u3002${other}/v1`,
  (one, other) => `https://${one}.${other}/v1`,
  (one, other) => `https://${one}, https://${other}/v1`,
  (one, other) => `https://${one};${other}/v1`,
  (one, other) => `https://[${one}]@${other}/v1`,
];

/** Endpoints as people write them, on the hosts of the pool. */
export const plainEndpoint: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("https", "https", "http"),
    fc.constantFrom(...HOSTS),
    fc.constantFrom("", "", ":443", ":8443"),
    fc.constantFrom("", "/", "/v1", "/v1/chat/completions", "/v1?api-version=1"),
  )
  .map(([scheme, host, port, path]) => `${scheme}://${host}${port}${path}`);

/** Endpoints as attackers spell them: each says one of two hosts, according to who parses it. */
export const oddEndpoint: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...ODD_SPELLINGS), fc.constantFrom(...HOSTS), fc.constantFrom(...HOSTS))
  .map(([spell, one, other]) => spell(one, other));

export const endpoint: fc.Arbitrary<string> = fc.oneof(plainEndpoint, oddEndpoint);
