import { beforeEach, expect, test } from "vitest";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { ManualClock } from "../../../test/support/manual-clock.ts";
import { Contact } from "./contact.ts";

const REFUSED = new KubernetesError("GET /x: refused", { code: 0, reason: "", cause: new Error("ECONNREFUSED") });
const UNKNOWN = new KubernetesError("no such parameter", { code: 422, reason: "Invalid" });
const EXPIRED = new KubernetesError("too old", { code: 410, reason: "Expired" });

let said: string[];
let clock: ManualClock;
let contact: Contact;

beforeEach(() => {
  said = [];
  clock = new ManualClock();
  contact = new Contact({ clock, host: "api", say: (sentence) => void said.push(sentence) });
});

test("every loss and every return is said once", () => {
  for (const seconds of [3, 61]) {
    contact.failed(REFUSED);
    clock.advance(seconds * 1000);
    contact.failed(REFUSED);
    contact.watching();
    contact.watching();
  }
  expect(said).toEqual([
    "lost api: ECONNREFUSED; trying again",
    "regained api after 3 s",
    "lost api: ECONNREFUSED; trying again",
    "regained api after 61 s",
  ]);
});

test("a server that is there is said nothing of, nor one that knows no watch-list", () => {
  contact.watching();
  contact.failed(UNKNOWN);
  contact.watching();
  expect(said).toEqual([]);
});

test("a compaction is no loss", () => {
  contact.failed(EXPIRED);
  contact.watching();
  expect(said).toEqual(["api no longer has the changes since we last heard from it; listing anew"]);
});
