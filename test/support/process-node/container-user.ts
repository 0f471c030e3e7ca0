import type { ContainerUser } from "./container-command.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import type { Image } from "./image.ts";
import type { Container, PodSpec } from "./pod.ts";

/** Who a container runs as: what it says itself comes before its Pod, and that before its image. */
export function containerUser({ securityContext: own = {} }: Container, pod: PodSpec, image: Image): ContainerUser {
  const { securityContext: shared = {} } = pod;
  const user = own.runAsUser ?? shared.runAsUser ?? image.user ?? 0;
  if (user === 0 && (own.runAsNonRoot ?? shared.runAsNonRoot) === true) {
    throw new ContainerConfigError(
      "CreateContainerConfigError",
      "container has runAsNonRoot and image will run as root",
    );
  }
  return {
    user,
    group: own.runAsGroup ?? shared.runAsGroup ?? 0,
    mayGainPrivileges: own.allowPrivilegeEscalation ?? true,
  };
}
