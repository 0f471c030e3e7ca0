import { type Condition, setCondition } from "#kube/conditions.ts";
import type { ContainerState, ContainerStatus, PodPhase, PodStatus } from "./pod.ts";

/** What is seen of a Pod's containers. */
export interface Observation {
  readonly address: string;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  /** None of its containers runs, nor will again. */
  readonly isOver: boolean;
}

/** The status to report; `conditions` are those that were reported before. */
export function podStatus(seen: Observation, conditions: readonly Condition[], now: Date): PodStatus & Reported {
  const { address, initContainers, containers } = seen;
  const phase = phaseOf(seen);
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name);
  const notReady =
    unready.length > 0
      ? { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` }
      : {};
  const isReady = unready.length === 0 && phase === "Running";
  const wanted = [
    { type: "Initialized", status: truth(initContainers.every(hasSucceeded)) },
    { type: "ContainersReady", status: truth(isReady), ...notReady },
    { type: "Ready", status: truth(isReady), ...notReady },
  ];
  return {
    phase,
    podIP: address,
    podIPs: [{ ip: address }],
    conditions: wanted.reduce(
      (known, condition) => setCondition(known, { reason: "", message: "", ...condition }, now).conditions,
      conditions,
    ),
    initContainerStatuses: initContainers,
    containerStatuses: containers,
  };
}

/** What is reported beyond what the node itself reads of a status. */
interface Reported {
  readonly podIPs: readonly { readonly ip: string }[];
  readonly conditions: readonly Condition[];
}

function phaseOf({ initContainers, containers, isOver }: Observation): PodPhase {
  if (isOver) return [...initContainers, ...containers].every(hasSucceeded) ? "Succeeded" : "Failed";
  return containers.some(hasRun) ? "Running" : "Pending";
}

function hasRun({ state, restartCount }: ContainerStatus): boolean {
  return state.waiting === undefined || restartCount > 0;
}

function hasSucceeded({ state }: { readonly state: ContainerState }): boolean {
  return state.terminated?.exitCode === 0;
}

function truth(value: boolean): "True" | "False" {
  return value ? "True" : "False";
}
