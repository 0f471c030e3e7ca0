/**
 * How YAML is written that kubectl and Helm are to read. They read YAML 1.1, in which
 * a bare `Off` is `false`, so whatever that would take for something else is quoted.
 */
export const FOR_KUBECTL = { aliasDuplicateObjects: false, compat: "yaml-1.1" } as const;
