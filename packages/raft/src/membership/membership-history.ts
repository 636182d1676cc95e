import { violated } from '../invariant.ts';
import type { Configuration } from './configuration.ts';
import { emptyConfiguration, Membership } from './membership.ts';
import { quorumsOverlap } from './membership-change.ts';

/** The memberships that the log brought, each in force from its entry on; the last one is in force now. */
export class MembershipHistory {
  private readonly kept: Membership[];

  /** `index` is that of the entry which brought `configuration`. */
  constructor(configuration: Configuration | undefined, index: number) {
    this.kept = [new Membership(configuration ?? emptyConfiguration, index)];
  }

  get current(): Membership {
    return this.kept[this.kept.length - 1]!;
  }

  /** The one before, as far as it is kept: always while the current one is not committed. */
  get previous(): Membership | undefined {
    return this.kept[this.kept.length - 2];
  }

  add(configuration: Configuration, index: number): Membership {
    const { current } = this;
    if (index <= current.index) violated(`configuration at ${index} after the one at ${current.index}`);
    if (!quorumsOverlap(current.configuration, configuration)) {
      violated(`configurations at ${current.index} and ${index} have majorities without a common member`);
    }
    const membership = new Membership(configuration, index);
    this.kept.push(membership);
    return membership;
  }

  /** Back to what was in force before the log's entries from `index` on. */
  truncateFrom(index: number): void {
    while (this.kept.length > 1 && this.current.index >= index) this.kept.pop();
    if (this.current.index >= index) violated(`no configuration left before the truncation from ${index}`);
  }

  /** The one in force at `index`, which is not compacted. */
  at(index: number): Membership {
    for (let last = this.kept.length - 1; last >= 0; last--) {
      if (this.kept[last]!.index <= index) return this.kept[last]!;
    }
    violated(`no configuration known at ${index}: the first one is at ${this.kept[0]!.index}`);
  }

  /** Forgets those that ended before `index`. */
  compact(index: number): void {
    let ended = 0;
    while (ended + 1 < this.kept.length && this.kept[ended + 1]!.index <= index) ended++;
    this.kept.splice(0, ended);
  }

  restore(configuration: Configuration, index: number): void {
    this.kept.length = 0;
    this.kept.push(new Membership(configuration, index));
  }
}
