import { Agent, request } from 'undici';
import type { Order } from '../shop/order.ts';
import type { Arrival } from './schedule.ts';

/** How long a customer waits for an answer. */
const patienceMillis = 2_000;
/** A customer without a good answer presses the button once more, and then goes. */
const pressesMax = 2;

/** How one press of the button ended. */
export interface Press {
  readonly order: Order;
  /** The first press of this customer, or the second. */
  readonly number: number;
  /** When it was due, in milliseconds after the start: latency counts from here, however late it was really sent. */
  readonly at: number;
  readonly latencyMillis: number;
  readonly accepted: boolean;
  /** Whether the customer goes without the order now. */
  readonly lost: boolean;
}

/**
 * The customers of the shop: each presses when the schedule says so (an open loop: a slow shop does not get fewer
 * customers), waits no longer than 2 s, and presses once more after an error or no answer.
 */
export class Customers {
  private readonly agent: Agent = new Agent({ connections: 1_024, pipelining: 1, keepAliveTimeout: 20_000 });
  private readonly url: string;
  private readonly schedule: Iterator<Arrival, never>;
  private readonly pressed: (press: Press) => void;
  private readonly startedAt: number = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private next: Arrival;
  private untilMillis = Number.POSITIVE_INFINITY;
  private busy = 0;
  private idle: (() => void) | undefined;

  constructor(gatewayPort: number, schedule: Iterator<Arrival, never>, pressed: (press: Press) => void) {
    this.url = `http://127.0.0.1:${gatewayPort}/checkout`;
    this.schedule = schedule;
    this.pressed = pressed;
    this.next = schedule.next().value;
    this.plan();
  }

  /** Milliseconds since the start. */
  get elapsed(): number {
    return performance.now() - this.startedAt;
  }

  /** Lets no new customer in from `untilMillis` on. */
  closeAt(untilMillis: number): void {
    this.untilMillis = untilMillis;
  }

  /** Resolves when the last customer has gone. */
  async gone(): Promise<void> {
    if (this.busy > 0 || this.timer !== undefined) {
      await new Promise<void>((resolve) => {
        this.idle = resolve;
      });
    }
    await this.agent.close();
  }

  /** Sends all customers away at once. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.agent.destroy();
  }

  private plan(): void {
    this.timer = setTimeout(() => this.letIn(), Math.max(0, this.next.at - this.elapsed));
  }

  private letIn(): void {
    this.timer = undefined;
    while (this.next.at <= this.elapsed && this.next.at < this.untilMillis) {
      void this.visit(this.next);
      this.next = this.schedule.next().value;
    }
    if (this.next.at < this.untilMillis) this.plan();
    else this.leave();
  }

  private async visit({ at, order, hesitationMillis }: Arrival): Promise<void> {
    this.busy++;
    let due = at;
    for (let number = 1; number <= pressesMax; number++) {
      const accepted = await this.press(order, due);
      const end = this.elapsed;
      this.pressed({
        order,
        number,
        at: due,
        latencyMillis: end - due,
        accepted,
        lost: !accepted && number === pressesMax,
      });
      if (accepted) break;
      due = end + hesitationMillis;
      await new Promise((resolve) => setTimeout(resolve, hesitationMillis));
    }
    this.busy--;
    this.leave();
  }

  /** Whether the shop accepted the order in time. */
  private async press(order: Order, due: number): Promise<boolean> {
    try {
      const { statusCode, body } = await request(this.url, {
        method: 'POST',
        dispatcher: this.agent,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
        signal: AbortSignal.timeout(Math.max(1, Math.round(patienceMillis - (this.elapsed - due)))),
      });
      await body.dump();
      return statusCode === 201;
    } catch {
      // No answer, or none in time: to a customer both are the same.
      return false;
    }
  }

  private leave(): void {
    if (this.busy === 0 && this.timer === undefined) this.idle?.();
  }
}
