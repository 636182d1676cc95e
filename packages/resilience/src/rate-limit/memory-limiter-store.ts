import { platformWorld, type World } from '@holdfast/core';
import { Gcra } from './gcra.ts';
import type { LimiterStore, StoredLimit, Taken } from './limiter-store.ts';
import { SlidingWindow } from './sliding-window.ts';

/** A store in the memory of this process: for tests, and for limiters of one process that share a limit. */
export class MemoryLimiterStore implements LimiterStore {
  private readonly world: World;
  private readonly keysMax: number;
  private readonly entries: Map<string, Entry> = new Map();

  /** Beyond `keysMax` keys (default 100,000) the one used first is forgotten. */
  constructor({ world, keysMax = 100_000 }: { readonly world?: World; readonly keysMax?: number } = {}) {
    this.world = world ?? platformWorld();
    this.keysMax = keysMax;
  }

  async take(key: string, permits: number, atLeast: number, limit: StoredLimit): Promise<Taken> {
    const at = this.world.clock.now();
    const core = this.core(key, limit, at);
    const retryAfter = core.wait(0, at, atLeast);
    if (retryAfter > 0) return { permits: 0, retryAfter, at };
    const taken = Math.min(permits, core.available(0, at));
    core.tryAcquire(0, at, taken);
    return { permits: taken, retryAfter: 0, at };
  }

  async giveBack(key: string, permits: number, takenAt: number, limit: StoredLimit): Promise<void> {
    const now = this.world.clock.now();
    this.core(key, limit, now).giveBack(0, now, permits, takenAt);
  }

  partitionOf(): number {
    return 0;
  }

  private core(key: string, limit: StoredLimit, now: number): Gcra | SlidingWindow {
    let entry = this.entries.get(key);
    if (entry === undefined || entry.limit.algorithm !== limit.algorithm) {
      entry = { limit, core: limit.algorithm === 'gcra' ? new Gcra(limit, 1) : new SlidingWindow(limit, 1) };
      entry.core.clear(0);
      if (this.entries.size === this.keysMax) this.entries.delete(this.entries.keys().next().value!);
      this.entries.set(key, entry);
    } else if (!sameRate(entry.limit, limit)) {
      entry.core.reconfigure(now, limit);
      entry.limit = limit;
    }
    return entry.core;
  }
}

interface Entry {
  limit: StoredLimit;
  readonly core: Gcra | SlidingWindow;
}

function sameRate(a: StoredLimit, b: StoredLimit): boolean {
  return a.limit === b.limit && a.period === b.period && a.burst === b.burst;
}
