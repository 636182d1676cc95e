import type { Partition } from './partition.ts';

/**
 * The permits of one bulkhead, divided among its partitions. Each partition has its guaranteed ones; above those
 * it draws from what is left of the total, the shared permits. So at any time
 *
 *     sum over the partitions of max(inUse, guaranteed) <= total
 *
 * and whoever is below its guarantee gets in at once, whatever the others do.
 */
export class Permits {
  /** Shared permits that nobody has drawn. Below zero after a reconfiguration, until enough came back. */
  shared = 0;
  private partitions: readonly Partition[] = [];
  /** Who is asked first when a shared permit is free: the partition after the one that got the last. */
  private turn = 0;
  private admitting = false;

  /** Divides `total` anew, and admits whom that makes room for. */
  divide(total: number, partitions: readonly Partition[]): void {
    this.partitions = partitions;
    this.shared = total;
    for (const { inUse, guaranteed } of partitions) this.shared -= Math.max(inUse, guaranteed);
    this.admitWaiting();
  }

  /** A loop, not a recursion: a call that is admitted may end, and give its permit back, before it returns. */
  admitWaiting(): void {
    if (this.admitting) return;
    this.admitting = true;
    try {
      let next = this.nextToAdmit();
      while (next !== undefined) {
        next.admitFirst();
        next = this.nextToAdmit();
      }
    } finally {
      this.admitting = false;
    }
  }

  private nextToAdmit(): Partition | undefined {
    const count = this.partitions.length;
    for (let step = 0; step < count; step++) {
      const at = (this.turn + step) % count;
      const partition = this.partitions[at]!;
      if (partition.queued > 0 && partition.hasRoom) {
        this.turn = at + 1;
        return partition;
      }
    }
    return undefined;
  }
}
