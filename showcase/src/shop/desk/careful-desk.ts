import { attemptKey, type Errand, type ErrandKind, errandCall } from '../errands/errand.ts';
import { errandsMax, Outbox } from '../errands/outbox.ts';
import type { Fact } from '../facts.ts';
import type { Answer } from '../http.ts';
import { Once } from '../once.ts';
import type { Order } from '../order.ts';
import { keysRemembered, Recent } from '../recent.ts';
import type { FactBook, Workplace } from '../workplace.ts';
import { accepted, type Desk, overfull } from './desk.ts';

/** What has to be taken back when an order comes to nothing. */
const takenBack: readonly ErrandKind[] = ['refund', 'release'];

/**
 * Writes everything down before it relies on it. An order is accepted once per basket; it is on the disk,
 * with all that remains to be done for it, before the customer hears of it; and an order that fails half-way is
 * taken back. A new process goes on where the book of the old one ends.
 */
export async function openCarefulDesk(workplace: Workplace): Promise<Desk> {
  const { stack, openBook } = workplace;
  const history = new History();
  const book = await openBook((fact) => history.remember(fact));
  const outbox = new Outbox(stack, ({ kind, order, attempt }) => {
    void book.append({ fact: 'delivered', basket: order.basket, attempt, errand: kind });
  });
  const desk = new CarefulDesk(workplace, book, outbox, history);
  desk.resume();
  return desk;
}

class CarefulDesk implements Desk {
  private readonly workplace: Workplace;
  private readonly book: FactBook;
  private readonly outbox: Outbox;
  private readonly history: History;
  private readonly once: Once;

  constructor(workplace: Workplace, book: FactBook, outbox: Outbox, history: History) {
    this.workplace = workplace;
    this.book = book;
    this.outbox = outbox;
    this.history = history;
    this.once = history.accepted;
  }

  get owed(): number {
    return this.outbox.size;
  }

  /** What an earlier process left: orders cut off half-way are taken back, and errands not done are done. */
  resume(): void {
    for (const { order, attempt } of this.history.unfinished()) this.abandon(order, attempt);
    for (const errand of this.history.errands()) this.outbox.add(errand);
    this.history.forget();
  }

  take(order: Order): Promise<Answer> {
    if (this.outbox.size >= errandsMax) return Promise.resolve(overfull);
    return this.once.run(order.basket, () => this.attempt(order));
  }

  private async attempt(order: Order): Promise<Answer> {
    const { basket, cents } = order;
    const attempt = this.history.nextAttempt(basket);
    const key = attemptKey(basket, attempt);
    await this.workplace.hands.work();
    await this.book.append({ fact: 'begun', basket, attempt, order });
    const owed: ErrandKind[] = ['ship'];
    try {
      if (await this.reserve(order, attempt)) owed.push('reserve');
      const payments = this.workplace.stack.remote('payments');
      await payments.request({ method: 'POST', path: '/charges', body: { basket, cents }, key });
    } catch (error) {
      this.abandon(order, attempt);
      throw error;
    }
    await this.book.append({ fact: 'accepted', basket, attempt, order, owed });
    for (const kind of owed) this.outbox.add({ kind, order, attempt });
    return accepted;
  }

  /** Sets the goods aside. Resolves to true when that has to be made up for later. */
  private async reserve(order: Order, attempt: number): Promise<boolean> {
    const later = {};
    const call = errandCall({ kind: 'reserve', order, attempt });
    const answer = await this.workplace.stack
      .remote('inventory')
      .request({ ...call, substitute: () => later });
    return answer === later;
  }

  private abandon(order: Order, attempt: number): void {
    const { basket } = order;
    void this.book.append({ fact: 'abandoned', basket, attempt, owed: takenBack }).then(() => {
      for (const kind of takenBack) this.outbox.add({ kind, order, attempt });
    });
  }
}

interface Attempt {
  readonly order: Order;
  readonly attempt: number;
}

/** What the book says, in the form in which a new process needs it. */
class History {
  readonly accepted: Once = new Once();
  private readonly attempts = new Recent<number>(keysRemembered);
  private readonly begun = new Map<string, Attempt>();
  private readonly open = new Map<string, Errand>();

  remember(fact: Fact): void {
    if (
      fact.fact !== 'begun' &&
      fact.fact !== 'accepted' &&
      fact.fact !== 'abandoned' &&
      fact.fact !== 'delivered'
    )
      return;
    const { basket, attempt } = fact;
    const key = attemptKey(basket, attempt);
    if (fact.fact === 'delivered') {
      this.open.delete(`${fact.errand} ${key}`);
      return;
    }
    if (fact.fact === 'begun') {
      this.attempts.set(basket, attempt);
      this.begun.set(key, { order: fact.order, attempt });
      return;
    }
    const { order } = this.begun.get(key)!;
    this.begun.delete(key);
    for (const kind of fact.owed) this.open.set(`${kind} ${key}`, { kind, order, attempt });
    if (fact.fact === 'accepted') this.accepted.remember(basket, accepted);
  }

  nextAttempt(basket: string): number {
    const attempt = (this.attempts.get(basket) ?? 0) + 1;
    this.attempts.set(basket, attempt);
    return attempt;
  }

  unfinished(): Iterable<Attempt> {
    return this.begun.values();
  }

  errands(): Iterable<Errand> {
    return this.open.values();
  }

  /** Drops what only the beginning of a process needs. */
  forget(): void {
    this.begun.clear();
    this.open.clear();
  }
}
