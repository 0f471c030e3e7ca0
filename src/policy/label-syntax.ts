/** Whether the API server takes this as a label (apimachinery, util/validation: qualified name and label value). */
export function isLabel(key: string, value: string): boolean {
  const [name = "", prefix, ...more] = key.split("/").reverse();
  if (more.length > 0 || !NAME.test(name)) return false;
  if (prefix !== undefined && (prefix.length > MAX_PREFIX || !PREFIX.test(prefix))) return false;
  return value === "" || NAME.test(value);
}

const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** A DNS subdomain, and its longest. */
const PREFIX = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const MAX_PREFIX = 253;
