/** The addresses of a node's Pods, 127.245.N.1 to .254. One that is given back is the last to be given out again. */
export class PodAddresses {
  readonly #free: string[];

  /** `range` as ControlPlaneAddress has it, with /24 behind it. */
  constructor(range: string) {
    const network = range.slice(0, range.lastIndexOf("."));
    this.#free = Array.from({ length: 254 }, (_, index) => `${network}.${index + 1}`);
  }

  take(): string {
    const address = this.#free.shift();
    if (address === undefined) throw new Error("the node has no address left for a Pod");
    return address;
  }

  giveBack(address: string): void {
    this.#free.push(address);
  }
}
