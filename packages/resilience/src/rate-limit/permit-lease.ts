/**
 * The permits that this process has leased for one key, and how many to lease next. A lease that is used up before
 * half of its time doubles the next one; one that ends with half unused or more halves it. So a busy key costs
 * few round trips, and a quiet one takes hardly more than it uses.
 */
export class PermitLease {
  /** How long permits may be used, in microseconds. */
  readonly duration: number;
  private readonly sizeMax: number;
  private size = 1;
  private permits = 0;
  private granted = 0;
  private startedAt = 0;
  private storeTime = 0;

  constructor(sizeMax: number, duration: number) {
    this.sizeMax = sizeMax;
    this.duration = duration;
  }

  /** How many permits to ask for. */
  get wanted(): number {
    return this.size;
  }

  get left(): number {
    return this.permits;
  }

  /** When the permits must have been used or given back. */
  get expiresAt(): number {
    return this.startedAt + this.duration;
  }

  /** When the store says they were taken. */
  get takenAt(): number {
    return this.storeTime;
  }

  /** Whether so few are left that it is time to ask for more. */
  get low(): boolean {
    return this.permits * 4 <= this.granted;
  }

  use(now: number): boolean {
    if (this.permits === 0 || now >= this.expiresAt) return false;
    this.permits--;
    if (this.permits === 0 && now - this.startedAt < this.duration / 2) {
      this.size = Math.min(this.sizeMax, this.size * 2);
    }
    return true;
  }

  /**
   * The store has granted `permits`. Those still left from before do not live longer by it; the new ones then live
   * as short as they.
   */
  grant(permits: number, now: number, storeTime: number): void {
    if (this.permits === 0) {
      this.startedAt = now;
      this.storeTime = storeTime;
    }
    this.permits += permits;
    this.granted = this.permits;
  }

  /** Ends the lease; returns how many permits are to be given back. */
  end(): number {
    const unused = this.permits;
    if (unused * 2 >= this.granted) this.size = Math.max(1, Math.floor(this.size / 2));
    this.permits = 0;
    return unused;
  }
}
