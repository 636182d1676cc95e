import type { Random } from '@holdfast/core';
import { createWindow, type Window } from '../breaker/window.ts';

const buckets = 20;
const unitsPerRatio = 1_000;

/**
 * Client-side throttling (Beyer et al., Site Reliability Engineering, chapter 21, "Handling Overload"): refuses with
 * probability `max(0, (requests - ratio * accepts) / (requests + 1))` over a sliding window. A request counts before
 * it is sent, also when it is refused here, so that refusing goes on for as long as the other side accepts little. Pure.
 */
export class ThrottleCore {
  private readonly ratioUnits: number;
  private readonly requests: Window;
  private readonly accepts: Window;

  /** `ratio` times as many requests as are accepted go out; `duration` of the window in microseconds. */
  constructor(ratio: number, duration: number) {
    this.ratioUnits = Math.round(ratio * unitsPerRatio);
    this.requests = createWindow({ type: 'time', duration, buckets });
    this.accepts = createWindow({ type: 'time', duration, buckets });
  }

  /** Whether a request may be sent. */
  admit(now: number, random: Random): boolean {
    const { requests, accepts } = this.tally(now);
    this.requests.record(now, 0, false);
    const excess = requests * unitsPerRatio - accepts * this.ratioUnits;
    return excess <= 0 || random.below((requests + 1) * unitsPerRatio) >= excess;
  }

  /** Whether it refuses any at `now`. */
  refuses(now: number): boolean {
    const { requests, accepts } = this.tally(now);
    return requests * unitsPerRatio > accepts * this.ratioUnits;
  }

  /** The other side took a request. */
  accepted(now: number): void {
    this.accepts.record(now, 0, false);
  }

  /** What the window holds at `now`. */
  tally(now: number): { readonly requests: number; readonly accepts: number } {
    this.requests.expire(now);
    this.accepts.expire(now);
    return { requests: this.requests.calls, accepts: this.accepts.calls };
  }
}
