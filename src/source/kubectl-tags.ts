import type { ScalarTag, Tags } from "yaml";

/** YAML as kubectl reads it: 1.2, but with the words for true and false of YAML 1.1 (sigs.k8s.io/yaml). */
export function kubectlTags(tags: Tags): Tags {
  return [YES, NO, ...tags];
}

const YES = booleanTag(true, /^(?:yes|Yes|YES|on|On|ON)$/);
const NO = booleanTag(false, /^(?:no|No|NO|off|Off|OFF)$/);

function booleanTag(value: boolean, test: RegExp): ScalarTag {
  return { tag: "tag:yaml.org,2002:bool", default: true, test, identify: () => false, resolve: () => value };
}
