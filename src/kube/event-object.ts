import { randomInt, randomUUID } from "node:crypto";
import { microTime } from "./micro-time.ts";
import type { Resource, ResourceType } from "./resource.ts";

export const EVENTS: ResourceType = {
  group: "events.k8s.io",
  version: "v1",
  plural: "events",
  kind: "Event",
  namespaced: true,
};

/** What somebody who looks at an object should know. */
export interface EventDetails {
  readonly type: "Normal" | "Warning";
  /** Why, in one word for machines: `Rejected`. */
  readonly reason: string;
  /** What was done or tried, in one word: `Render`. */
  readonly action: string;
  /** For people; never a secret. More than 1024 bytes are cut off. */
  readonly note: string;
  readonly related?: Resource;
}

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface EventSeries {
  readonly count: number;
  readonly lastObservedTime: string;
}

/** events.k8s.io/v1. */
export interface EventObject extends Resource {
  readonly eventTime: string;
  readonly series?: EventSeries;
  readonly reportingController: string;
  readonly reportingInstance: string;
  readonly type: string;
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly regarding: ObjectReference;
  readonly related?: ObjectReference;
}

/** Who reports. */
export interface EventSource {
  /** Such as `example.com/controller`. */
  readonly controller: string;
  /** Which of its replicas. */
  readonly instance: string;
}

export function eventOf(source: EventSource, regarding: Resource, details: EventDetails, now: Date): EventObject {
  const { related, note, ...rest } = details;
  const reference = referenceTo(regarding);
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: eventName(reference.name, now), namespace: reference.namespace ?? "default" },
    eventTime: microTime(now),
    reportingController: source.controller,
    reportingInstance: cutOff(source.instance, LONGEST_INSTANCE_BYTES),
    ...rest,
    note: cutOff(note, LONGEST_NOTE_BYTES),
    regarding: reference,
    ...(related && { related: referenceTo(related) }),
  };
}

/** Events with the same key are one event that happens again: client-go's eventKey, which leaves the note out. */
export function seriesKeyOf({ regarding, related, type, reason, action }: EventObject): string {
  return JSON.stringify([type, reason, action, identityOf(regarding), related && identityOf(related)]);
}

/** Whom it is about, whatever it says. */
export function subjectKeyOf({ regarding }: EventObject): string {
  return JSON.stringify(identityOf(regarding));
}

/** Without the resource version, by which client-go takes each state of an object for another. */
function identityOf({ apiVersion, kind, namespace, name, uid }: ObjectReference): readonly unknown[] {
  return [apiVersion, kind, namespace, name, uid];
}

function referenceTo({ apiVersion, kind, metadata }: Resource): ObjectReference {
  if (!apiVersion || !kind) throw new TypeError(`an event must be about an object with apiVersion and kind`);
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion,
    kind,
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
}

/**
 * `<name>.<hex of nanoseconds>`, as client-go. A Date has only milliseconds, so the
 * rest is random. Names that no event can have give a UUID.
 */
function eventName(name: string, now: Date): string {
  const nanoseconds = BigInt(now.getTime()) * 1_000_000n + BigInt(randomInt(1_000_000));
  const wanted = `${name}.${nanoseconds.toString(16)}`;
  return wanted.length <= LONGEST_NAME && SUBDOMAIN.test(wanted) ? wanted : randomUUID();
}

/** In bytes of UTF-8, as the API server counts; never inside a character. */
function cutOff(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return text;
  const kept = bytes.subarray(0, mostBytes - Buffer.byteLength(ELLIPSIS));
  return new TextDecoder().decode(kept, { stream: true }) + ELLIPSIS; // as a stream: half a character is left out
}

const ELLIPSIS = "…";

/** The API server's limits for events.k8s.io. */
const LONGEST_NOTE_BYTES = 1024;
const LONGEST_INSTANCE_BYTES = 128;
const LONGEST_NAME = 253;

/** RFC 1123, as names of most objects. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
