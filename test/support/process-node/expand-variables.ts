/** Puts values in the place of `$(NAME)`, as the kubelet does: `$$` is a dollar sign, and what nobody knows stays. */
export function expandVariables(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(REFERENCE, (written, name: string | undefined) => {
    if (name === undefined) return "$";
    return Object.hasOwn(values, name) ? (values[name] ?? "") : written;
  });
}

const REFERENCE = /\$\$|\$\(([^)]*)\)/g;
