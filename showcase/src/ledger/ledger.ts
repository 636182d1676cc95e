import type { Fact } from '../shop/facts.ts';

/** What became of one basket, from all books together. */
interface Entry {
  /** The customer was told that the order is accepted. */
  accepted: boolean;
  acceptedAt: number;
  charges: number;
  refunds: number;
  shipments: number;
  /** Shipments and refunds that a book promises and that have not been reported as done. */
  owed: number;
}

/** What became of all orders. */
export interface Audit {
  /** Orders whose customers were told that they are accepted. */
  readonly accepted: number;
  /** Accepted, and neither shipped nor refunded. */
  readonly lost: number;
  /** Charged more than once without a refund. */
  readonly chargedTwice: number;
  readonly shippedTwice: number;
  /** Never accepted, not shipped, and yet charged and not refunded. */
  readonly chargedForNothing: number;
  /** Given back more often than charged. */
  readonly refundedTwice: number;
}

/** Baskets that have come to a good end are forgotten beyond this many. */
const settledMax = 200_000;
/** A live audit gives what is under way this long to come to an end, in milliseconds. */
const graceMillis = 5_000;

/**
 * Sets what customers were told against what the services' books say. The books are the truth: nothing that a
 * process believes counts.
 */
export class Ledger {
  private readonly entries = new Map<string, Entry>();
  private readonly settled = new Set<string>();
  private forgotten = 0;

  /** The gateway told the customer of `basket` that the order is accepted. */
  accept(basket: string, now: number): void {
    const entry = this.entry(basket);
    entry.accepted = true;
    entry.acceptedAt = now;
    this.settle(basket, entry);
  }

  enter(fact: Fact): void {
    const entry = this.entry(fact.basket);
    switch (fact.fact) {
      case 'charge':
        entry.charges++;
        break;
      case 'refund':
        entry.refunds++;
        break;
      case 'shipment':
        entry.shipments++;
        break;
      case 'accepted':
      case 'abandoned':
        entry.owed += fact.owed.length;
        break;
      case 'delivered':
        entry.owed--;
        break;
      case 'begun':
      case 'void':
      case 'reservation':
      case 'release':
        break;
    }
    this.settle(fact.basket, entry);
  }

  /** The final word: what a book promises does not count any more, only what has been done. */
  audit(): Audit {
    return this.count(() => true);
  }

  /**
   * The word at present: baskets for which a book still promises something, that are young, or `underWay` are given time.
   */
  auditSoFar(now: number, underWay: ReadonlySet<string> = new Set()): Audit {
    return this.count(
      ({ owed, accepted, acceptedAt }, basket) =>
        owed <= 0 && (!accepted || now - acceptedAt > graceMillis) && !underWay.has(basket),
    );
  }

  private count(isOver: (entry: Entry, basket: string) => boolean): Audit {
    const audit = {
      accepted: this.forgotten,
      lost: 0,
      chargedTwice: 0,
      shippedTwice: 0,
      chargedForNothing: 0,
      refundedTwice: 0,
    };
    for (const [basket, entry] of this.entries) {
      const { accepted, charges, refunds, shipments } = entry;
      if (accepted) audit.accepted++;
      if (shipments > 1) audit.shippedTwice++;
      if (!isOver(entry, basket)) continue;
      const kept = charges - refunds;
      const refunded = charges > 0 && kept <= 0;
      if (kept > 1) audit.chargedTwice++;
      if (kept < 0) audit.refundedTwice++;
      if (accepted && shipments === 0 && !refunded) audit.lost++;
      if (!accepted && shipments === 0 && kept > 0) audit.chargedForNothing++;
    }
    return audit;
  }

  private entry(basket: string): Entry {
    let entry = this.entries.get(basket);
    if (entry === undefined) {
      entry = { accepted: false, acceptedAt: 0, charges: 0, refunds: 0, shipments: 0, owed: 0 };
      this.entries.set(basket, entry);
    }
    return entry;
  }

  /** Forgets the oldest of those that went well once there are too many of them. */
  private settle(basket: string, { accepted, charges, refunds, shipments, owed }: Entry): void {
    const well = accepted && shipments === 1 && charges - refunds === 1 && owed <= 0;
    if (!well) {
      this.settled.delete(basket);
      return;
    }
    this.settled.add(basket);
    if (this.settled.size <= settledMax) return;
    const oldest = this.settled.values().next().value!;
    this.settled.delete(oldest);
    this.entries.delete(oldest);
    this.forgotten++;
  }
}
