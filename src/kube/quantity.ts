/**
 * Whether two quantities are the same however they are written: the API server writes
 * `1000m` as `1` and `0.5Gi` as `512Mi`. It rounds up to a billionth, which is let pass.
 */
export function isSameQuantity(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  const [a, b] = [amountOf(left), amountOf(right)];
  return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

function amountOf(quantity: unknown): number | undefined {
  const [, number, suffix = ""] = /^([+-]?[\d.]+)(\D?i?|[eE][+-]?\d+)$/.exec(String(quantity)) ?? [];
  if (number === undefined) return undefined;
  if (/^[eE]./.test(suffix)) return Number(`${number}${suffix}`);
  const factor = FACTORS[suffix];
  return factor === undefined ? undefined : Number(number) * factor;
}

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
