import type { Bulkhead } from './bulkhead.ts';

/** The places that nobody is guaranteed. */
export class CapacityPool {
  private free: number;
  private readonly bulkheads: Bulkhead[] = [];
  /** Whom to ask first when a place comes back: each in turn. */
  private next = 0;

  constructor(free: number) {
    this.free = free;
  }

  get hasRoom(): boolean {
    return this.free > 0;
  }

  join(bulkhead: Bulkhead): void {
    this.bulkheads.push(bulkhead);
  }

  take(): void {
    this.free--;
  }

  give(): void {
    this.free++;
    const { bulkheads } = this;
    const first = this.next++ % bulkheads.length;
    for (let turn = 0; turn < bulkheads.length && this.free > 0; turn++) {
      bulkheads[(first + turn) % bulkheads.length]!.admitWaiting();
    }
  }
}

/** One bulkhead's part of a shared capacity: its guaranteed places, and what it has borrowed. */
export class CapacityShare {
  private readonly pool: CapacityPool;
  private readonly guaranteed: number;
  private used = 0;

  constructor(pool: CapacityPool, guaranteed: number) {
    this.pool = pool;
    this.guaranteed = guaranteed;
  }

  join(bulkhead: Bulkhead): void {
    this.pool.join(bulkhead);
  }

  hasRoom(): boolean {
    return this.used < this.guaranteed || this.pool.hasRoom;
  }

  take(): void {
    this.used++;
    if (this.used > this.guaranteed) this.pool.take();
  }

  give(): void {
    this.used--;
    if (this.used >= this.guaranteed) this.pool.give();
  }
}
