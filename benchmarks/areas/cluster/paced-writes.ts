import type { ClusterClient } from '@holdfast/cluster';
import { world } from './native-client.ts';

const everyMillis = 10;
const keys = 10_000;

/** A put of 100 bytes begun every 10 ms, whatever became of those before. */
export class PacedWrites {
  /** Microseconds that each accepted write took. */
  readonly latencies: number[] = [];
  failed = 0;
  readonly #client: ClusterClient;
  readonly #value: Uint8Array = new Uint8Array(100).map(() => world.random.below(256));
  readonly #underWay = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #awaited: { readonly begunAfter: number; readonly accepted: (at: number) => void } | undefined;

  constructor(client: ClusterClient) {
    this.#client = client;
    this.#timer = setInterval(() => this.#begin(), everyMillis);
  }

  /** When the first write was accepted of those that begin from now on. */
  accepted(): Promise<number> {
    const begunAfter = world.clock.now();
    return new Promise((accepted) => {
      this.#awaited = { begunAfter, accepted };
    });
  }

  /** Begins no more, and waits for those under way. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }

  #begin(): void {
    const write = this.#write().finally(() => this.#underWay.delete(write));
    this.#underWay.add(write);
  }

  async #write(): Promise<void> {
    const begun = world.clock.now();
    try {
      await this.#client.put(`paced-${world.random.below(keys)}`, this.#value);
    } catch {
      this.failed++;
      return;
    }
    const now = world.clock.now();
    this.latencies.push(now - begun);
    if (this.#awaited === undefined || begun <= this.#awaited.begunAfter) return;
    this.#awaited.accepted(now);
    this.#awaited = undefined;
  }
}
