import type { Random } from '@holdfast/core';
import { type Conditions, fair } from './conditions.ts';

/** How single requests and pieces of work fare under the conditions of their service. */
export class Weather {
  conditions: Conditions = fair;
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /**
   * How the next request fares. Half of the errors strike before anything has been done, the others after: the
   * work is done, and the caller does not get to know.
   */
  next(): 'fair' | 'refused' | 'fails-before' | 'fails-after' {
    const { refusedShare, brokenShare } = this.conditions;
    if (this.strikes(refusedShare)) return 'refused';
    if (!this.strikes(brokenShare)) return 'fair';
    return this.random.below(2) === 0 ? 'fails-before' : 'fails-after';
  }

  /** Where the connection of the next request is lost, if it is: half of them on the way there, half on the way back. */
  way(): 'open' | 'lost-there' | 'lost-back' {
    if (!this.strikes(this.conditions.droppedShare)) return 'open';
    return this.random.below(2) === 0 ? 'lost-there' : 'lost-back';
  }

  /** Whether the hand that did a piece of work is lost. */
  losesHand(): boolean {
    return this.strikes(this.conditions.leakedShare);
  }

  private strikes(share: number): boolean {
    return share > 0 && this.random.float() < share;
  }
}
