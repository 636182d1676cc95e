const runsMax = 10_000;

/** In which traces runs of ledgers were started, the latest of this process. */
class RunTraces {
  readonly #traces = new Map<string, string>();

  started(type: string, id: string, traceId: string): void {
    this.#traces.set(`${type} ${id}`, traceId);
    if (this.#traces.size > runsMax) this.#traces.delete(this.#traces.keys().next().value!);
  }

  of(type: string, id: string): string | undefined {
    return this.#traces.get(`${type} ${id}`);
  }
}

/** Those of this process: written by its instruments, read by its admin endpoint. */
export const runTraces: RunTraces = new RunTraces();
