/** Holds back whoever passes while it is closed. Open at first. */
export class Gate {
  #opened = Promise.withResolvers<void>();

  constructor() {
    this.open();
  }

  get passed(): Promise<void> {
    return this.#opened.promise;
  }

  open(): void {
    this.#opened.resolve();
  }

  close(): void {
    this.#opened = Promise.withResolvers();
  }
}
