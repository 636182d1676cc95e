/** ln(10,000): a healthy window reaches the threshold with a probability of at most 1 in 10,000. */
const confidence = 9.21;
/** The baseline is a mean over about this many calls. */
const memory = 2_000;

/**
 * The share of failures that is normal, learned from calls only when they leave the window, so that a fault does
 * not hide itself, and the share in a window from which on it is no accident. That share is the one that Bernstein's inequality
 * (1924) gives for a sum of independent failures: it holds for small shares, where the normal distribution misleads.
 * Pure.
 */
export class FailureBaseline {
  /** Share of failures that is normal. */
  share = 0;
  private readonly recent: Uint8Array;
  private position = 0;
  private filled = 0;
  private learned = 0;

  /** `size` of the window that the threshold is for, in calls. */
  constructor(size: number) {
    this.recent = new Uint8Array(size);
  }

  /** Whether it has seen enough healthy calls to judge by: twice the window. */
  get known(): boolean {
    return this.learned >= 2 * this.recent.length;
  }

  record(failed: boolean): void {
    const { recent, position } = this;
    if (this.filled === recent.length) this.learn(recent[position]!);
    else this.filled++;
    recent[position] = failed ? 1 : 0;
    this.position = position + 1 === recent.length ? 0 : position + 1;
  }

  /**
   * An alarm: the window begins anew. Its calls are learned from if fewer than `shareMax` of them failed: a rise that
   * comes again and again is normal in the end, an outage never is.
   */
  alarm(shareMax: number): void {
    const { recent, filled } = this;
    let failures = 0;
    for (let index = 0; index < filled; index++) failures += recent[index]!;
    if (failures < shareMax * filled) {
      for (let index = 0; index < filled; index++) this.learn(recent[index]!);
    }
    this.filled = 0;
    this.position = 0;
  }

  /** Share of failures in a full window that calls for an alarm; at least `riseMin` above normal, at most 1. */
  threshold(riseMin: number): number {
    const size = this.recent.length;
    const variance = size * this.share * (1 - this.share);
    const deviation = confidence / 3 + Math.sqrt((confidence * confidence) / 9 + 2 * confidence * variance);
    return Math.min(1, this.share + Math.max(riseMin, deviation / size));
  }

  private learn(failed: number): void {
    this.learned++;
    this.share += (failed - this.share) / Math.min(this.learned, memory);
  }
}
