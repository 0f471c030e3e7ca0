import { expect, test } from "vitest";
import { findCondition } from "#kube/conditions.ts";
import type { ContainerState, ContainerStatus } from "./pod.ts";
import { podStatus } from "./pod-status.ts";

const waiting: ContainerState = { waiting: { reason: "PodInitializing" } };
const running: ContainerState = { running: { startedAt: "2026-01-01T00:00:00Z" } };
const ended = (exitCode: number): ContainerState => ({
  terminated: { exitCode, reason: "", startedAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:00:00Z" },
});

function container(state: ContainerState, differences: Partial<ContainerStatus> = {}): ContainerStatus {
  const names = { name: "c", image: "i", imageID: "i" };
  return { ...names, ready: false, started: false, restartCount: 0, state, lastState: {}, ...differences };
}

function seen(containers: readonly ContainerStatus[], isOver = false, initContainers: readonly ContainerStatus[] = []) {
  return { address: "127.0.0.1", initContainers, containers, isOver };
}

const ready = container(running, { ready: true });
const now = new Date("2026-01-02T00:00:00Z");

/** Phase, and the conditions Initialized, ContainersReady, Ready by their first letter. */
test.for([
  ["waits for its volumes", seen([container(waiting)]), "Pending TFF"],
  ["runs its init container", seen([container(waiting)], false, [container(running)]), "Pending FFF"],
  ["runs and is not ready", seen([container(running)]), "Running TFF"],
  ["is ready", seen([ready, ready]), "Running TTT"],
  ["has one that is not ready", seen([ready, container(running)]), "Running TFF"],
  ["waits to be started again", seen([container(waiting, { restartCount: 1 })]), "Running TFF"],
  ["is over, all well", seen([container(ended(0))], true, [container(ended(0))]), "Succeeded TFF"],
  ["is over, one failed", seen([container(ended(0)), container(ended(3))], true), "Failed TFF"],
  ["is over, its init container failed", seen([container(waiting)], true, [container(ended(1))]), "Failed FFF"],
] as const)("a Pod that %s", ([, observation, expected]) => {
  const { phase, conditions } = podStatus(observation, [], now);
  const letters = ["Initialized", "ContainersReady", "Ready"].map((type) => findCondition(conditions, type)?.status[0]);
  expect(`${phase} ${letters.join("")}`).toBe(expected);
});

test("the time of a condition moves with its status only", () => {
  const before = podStatus(seen([container(running)]), [], now).conditions;
  const after = podStatus(seen([ready]), before, new Date("2026-01-03T00:00:00Z")).conditions;
  const times = ["Initialized", "Ready"].map((type) => findCondition(after, type)?.lastTransitionTime);
  expect(times).toEqual(["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"]);
});
