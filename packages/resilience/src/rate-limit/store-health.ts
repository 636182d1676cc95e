/** Whether to ask a store: it works; try it, on behalf of all; or leave it alone. */
export type StoreAdvice = 'ask' | 'probe' | 'avoid';

/**
 * Remembers whether one partition of a store answers. After a failure nobody asks it for a while, then one call
 * tries it while the others go on without; so a store that is gone costs one timeout a pause, and one that comes
 * back meets one call of each process, not all of them.
 */
export class StoreHealth {
  failing = false;
  /** When it may be tried again. */
  private retryAt = 0;
  /** Why it failed last. */
  lastError: unknown = undefined;

  advice(now: number): StoreAdvice {
    if (!this.failing) return 'ask';
    return now >= this.retryAt ? 'probe' : 'avoid';
  }

  /** A call is about to try it; the next may after `patience`, should this one never be heard of again. */
  probing(now: number, patience: number): void {
    this.retryAt = now + patience;
  }

  /** Returns whether that is news. */
  failed(now: number, pause: number, error: unknown): boolean {
    const news = !this.failing;
    this.failing = true;
    this.lastError = error;
    this.retryAt = now + pause;
    return news;
  }

  /** Returns whether that is news. */
  answered(): boolean {
    const news = this.failing;
    this.failing = false;
    return news;
  }

  /** Microseconds until it is tried again. */
  retryAfter(now: number): number {
    return this.failing ? Math.max(0, this.retryAt - now) : 0;
  }
}
