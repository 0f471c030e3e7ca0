import type { ClusterFacts } from "#cluster/cluster-facts.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import { LOW_PRIORITY } from "#kube/enqueue-changes.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import type { StoredKind } from "#policy/stored-objects.ts";
import { Alarms } from "./alarms.ts";
import { endsOf } from "./approved-model-status.ts";
import { PartReports } from "./part-reports.ts";
import { exceptionEnds } from "./policy-status.ts";
import { markSelected, markUsers } from "./scan-marks.ts";
import { type StatusLoop, type StatusLoops, statusLoop } from "./status-loop.ts";
import type { StatusMetrics } from "./status-metrics.ts";
import { type CertificateStanding, statusTellers, type ToldKind } from "./status-tellers.ts";
import { statusWakeUps } from "./status-wake-ups.ts";
import { earliest } from "./told.ts";
import { ViolationScan } from "./violation-scan.ts";
import type { Voice } from "./whose-parts.ts";

export interface StatusControllersOptions extends StatusLoops {
  readonly facts: FactIndex;
  readonly clusterFacts: Pick<ClusterFacts, "follow">;
  readonly controllerName: string;
  readonly figures: StatusMetrics;
  /** See TellerOptions. */
  readonly neededBy: (className: string) => readonly string[];
  /** See TellerOptions. */
  readonly certificate?: CertificateStanding | undefined;
  /** See TellerOptions. */
  readonly voiceOn: (kind: StoredKind, object: FactObject) => Voice;
}

/** Says of everything beside gateways what became of it: of the platform team's objects, and of what gateways are put together from. */
export class StatusControllers {
  /** To be told what gateways say of their parts. */
  readonly partReports: PartReports;
  readonly #options: StatusControllersOptions;
  readonly #scan: ViolationScan;
  readonly #loops: ReadonlyMap<string, StatusLoop>;

  constructor(options: StatusControllersOptions) {
    const { facts, stores, controllerName, neededBy, certificate, voiceOn } = options;
    this.#options = options;
    this.partReports = new PartReports((kind, key) => this.#wake(kind, key));
    this.#scan = new ViolationScan({
      ...options,
      object: (kind, key) => stores(kind).get(key),
      onJudged: (kind, key) => this.#wake(kind, key),
      onFound: (policy) => this.#wake("AIGatewayPolicy", policy, SETTLING_MILLISECONDS),
    });
    const { partReports } = this;
    const tellers = statusTellers({
      facts,
      controllerName,
      neededBy,
      certificate,
      voiceOn,
      scan: this.#scan,
      partReports,
    });
    this.#loops = new Map(
      Object.entries(tellers).map(([kind, tell]) => [kind, statusLoop(kind as ToldKind, tell, options)]),
    );
  }

  /** Until the signal aborts. Once. */
  async run(signal: AbortSignal): Promise<void> {
    const { facts, clusterFacts, figures, clock, certificate } = this.#options;
    using alarms = new Alarms(clock, (key) => this.#onEnd(key, alarms));
    using _following = clusterFacts.follow(
      statusWakeUps({
        facts,
        marks: this.#scan,
        wake: (kind, key, delay) => this.#wake(kind, key, delay),
        onDated: (kind, name) => this.#setAlarm(kind, name, alarms),
      }),
    );
    using _certificate = certificate?.follow(() => {
      for (const name of facts.classNames()) this.#wake("AIGatewayClass", name);
    });
    const now = () => clock.date().getTime();
    using _shown = figures.show({ ledger: this.#scan.ledger, approvals: () => facts.approvals(), now });
    this.#begin(alarms);
    await Promise.all([this.#scan.run(signal), ...Array.from(this.#loops.values(), (loop) => loop.run(signal))]);
  }

  /** All that there is, behind whatever changes meanwhile. */
  #begin(alarms: Alarms): void {
    const { facts, stores } = this.#options;
    this.#scan.markNamespaces(facts.namespacesInUse());
    for (const [kind, { queue }] of this.#loops)
      for (const key of stores(kind as ToldKind).keys()) queue.add(key, { priority: LOW_PRIORITY });
    for (const { name } of facts.policies()) this.#setAlarm("AIGatewayPolicy", name, alarms);
    for (const { metadata } of facts.approvals()) this.#setAlarm("ApprovedModel", metadata.name ?? "", alarms);
  }

  #wake(kind: string, key: string, delayMilliseconds = 0): void {
    this.#loops.get(kind)?.queue.add(key, { delayMilliseconds });
  }

  /** For the next instant at which an approval or an exception ends. */
  #setAlarm(kind: "AIGatewayPolicy" | "ApprovedModel", name: string, alarms: Alarms): void {
    const { facts, clock } = this.#options;
    const now = clock.date().getTime();
    const approval = kind === "ApprovedModel" ? facts.approval(name) : undefined;
    const policy = kind === "AIGatewayPolicy" ? facts.policy(name) : undefined;
    const ends = [...(approval ? endsOf(approval.spec, now) : []), ...(policy ? exceptionEnds(policy.spec, now) : [])];
    alarms.set(`${kind}/${name}`, earliest(ends));
  }

  #onEnd(key: string, alarms: Alarms): void {
    const { facts } = this.#options;
    const slash = key.indexOf("/");
    const name = key.slice(slash + 1);
    if (key.startsWith("AIGatewayPolicy/")) {
      markSelected(name, facts, this.#scan);
      this.#wake("AIGatewayPolicy", name);
      this.#setAlarm("AIGatewayPolicy", name, alarms);
    } else {
      markUsers(name, facts, this.#scan);
      this.#wake("ApprovedModel", name);
      for (const policy of facts.policies()) this.#wake("AIGatewayPolicy", policy.name);
      this.#setAlarm("ApprovedModel", name, alarms);
    }
  }
}

/** What is found of one policy in a moment is written once. */
const SETTLING_MILLISECONDS = 500;
