import type { Press } from '../load/customers.ts';
import { Latencies } from '../load/latencies.ts';

/** Milliseconds that one slot of the timeline stands for. */
export const slotMillis = 100;

/** What customers met during a run, by the time at which they pressed the button. */
export class Timeline {
  readonly latencies: Latencies = new Latencies();
  private readonly from: number;
  private readonly until: number;
  private readonly pressed: Uint32Array;
  private readonly accepted: Uint32Array;
  /** When customers read a success, in milliseconds after the beginning. */
  private readonly answers: number[] = [];
  customersLost = 0;

  /** Counts presses due between `from` and `until`, in milliseconds after the start of the load. */
  constructor(from: number, until: number) {
    this.from = from;
    this.until = until;
    const slots = Math.ceil((until - from) / slotMillis);
    this.pressed = new Uint32Array(slots);
    this.accepted = new Uint32Array(slots);
  }

  record({ at, accepted, latencyMillis, lost }: Press): void {
    if (at < this.from || at >= this.until) return;
    const slot = Math.floor((at - this.from) / slotMillis);
    this.pressed[slot]!++;
    if (accepted) {
      this.accepted[slot]!++;
      this.latencies.record(latencyMillis);
      this.answers.push(at + latencyMillis - this.from);
    }
    if (lost) this.customersLost++;
  }

  get presses(): number {
    return sum(this.pressed);
  }

  get acceptances(): number {
    return sum(this.accepted);
  }

  /** The share of presses between two moments of the run that were accepted; undefined when there were none. */
  acceptedShare(from: number, until: number): number | undefined {
    const [first, last] = [Math.floor(from / slotMillis), Math.floor(until / slotMillis)];
    const presses = sum(this.pressed.subarray(first, last));
    return presses === 0 ? undefined : sum(this.accepted.subarray(first, last)) / presses;
  }

  /** Orders pressed between two moments of the run that were accepted. */
  acceptedBetween(from: number, until: number): number {
    return sum(this.accepted.subarray(Math.floor(from / slotMillis), Math.floor(until / slotMillis)));
  }

  /** The longest time in which no order was accepted, of those that began between two moments of the run; it may end later. */
  longestPause(from: number, until: number): number {
    const answers = [...this.answers].sort((one, other) => one - other);
    let longest = 0;
    let before = 0;
    for (const answer of [...answers, this.until - this.from]) {
      if (before <= until && answer >= from) longest = Math.max(longest, answer - Math.max(before, from));
      before = answer;
    }
    return longest;
  }
}

function sum(values: Uint32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
