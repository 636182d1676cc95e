/**
 * At most `max` events within any time of `within` microseconds, as the restart intensity of Erlang's supervisors.
 * Pure: time comes in.
 */
export class RestartIntensity {
  private readonly max: number;
  private readonly within: number;
  /** When the last `max` events were, the oldest first. */
  private readonly times: number[] = [];

  constructor(max: number, within: number) {
    this.max = max;
    this.within = within;
  }

  /** Counts one more event, unless that would be too many. */
  allow(now: number): boolean {
    if (this.times.length === this.max) {
      if (now - this.times[0]! < this.within) return false;
      this.times.shift();
    }
    this.times.push(now);
    return true;
  }
}
