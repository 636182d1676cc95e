import type { Press } from '../load/customers.ts';
import { Latencies } from '../load/latencies.ts';

const secondsRemembered = 240;
const secondsOfLatency = 10;

/** What the screen shows of the customers: figures by the second. */
export class LiveFigures {
  /** Accepted orders in each of the past seconds. */
  readonly goodput: number[] = [];
  errorsPerSecond = 0;
  private accepted = 0;
  private errors = 0;
  private readonly seconds: Latencies[] = [new Latencies()];

  record({ accepted, latencyMillis }: Press): void {
    if (!accepted) {
      this.errors++;
      return;
    }
    this.accepted++;
    this.seconds.at(-1)!.record(latencyMillis);
  }

  /** A second is over. */
  tick(): void {
    this.goodput.push(this.accepted);
    if (this.goodput.length > secondsRemembered) this.goodput.shift();
    this.errorsPerSecond = this.errors;
    this.accepted = 0;
    this.errors = 0;
    this.seconds.push(new Latencies());
    if (this.seconds.length > secondsOfLatency) this.seconds.shift();
  }

  /** Of the latest seconds. */
  get p99(): number | undefined {
    const all = new Latencies();
    for (const second of this.seconds) all.add(second);
    return all.percentile(0.99);
  }
}
