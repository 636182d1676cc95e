import { type Duration, toMicros, toMillis } from '@holdfast/core';
import { type Delivery, type Message, transactionErrors } from '@holdfast/transactions';
import type { CheckedSubscription } from '@holdfast/transactions/engine';
import type { JsMsg } from '@nats-io/jetstream';
import { natsFailure } from './nats-failure.ts';
import type { ParkingLot } from './parking-lot.ts';

/** A message that JetStream delivered. */
export class NatsDelivery implements Delivery {
  readonly message: Message;
  readonly attempt: number;
  readonly #wire: JsMsg;
  readonly #subscription: CheckedSubscription;
  readonly #parking: ParkingLot;
  #settled = false;

  constructor(message: Message, wire: JsMsg, subscription: CheckedSubscription, parking: ParkingLot) {
    this.message = message;
    this.attempt = wire.info.deliveryCount;
    this.#wire = wire;
    this.#subscription = subscription;
    this.#parking = parking;
  }

  async ack(): Promise<void> {
    if (this.#settles()) await this.#acknowledge();
  }

  async nak(reason: string, delay: Duration = 0): Promise<void> {
    const millis = Math.ceil(toMillis(toMicros(delay, 'delay')));
    if (!this.#settles()) return;
    if (this.attempt >= this.#subscription.deliveriesMax) await this.#park(reason);
    else this.#wire.nak(millis);
  }

  async park(reason: string): Promise<void> {
    if (this.#settles()) await this.#park(reason);
  }

  #settles(): boolean {
    const first = !this.#settled;
    this.#settled = true;
    return first;
  }

  /** First it is parked, then acknowledged: if that is lost it comes again, and is parked under the same number. */
  async #park(reason: string): Promise<void> {
    const { consumer } = this.#subscription;
    try {
      const facts = { attempts: this.attempt, reason };
      await this.#parking.add(consumer, this.message, facts, `${consumer}/${this.#wire.seq}`);
    } catch (error) {
      throw natsFailure(`parking message ${this.message.id}`, error);
    }
    await this.#acknowledge();
  }

  async #acknowledge(): Promise<void> {
    const what = `the acknowledgement of message ${this.message.id}`;
    let heard: boolean;
    try {
      heard = await this.#wire.ackAck();
    } catch (error) {
      throw natsFailure(what, error);
    }
    if (!heard)
      throw transactionErrors.create('BROKER_UNAVAILABLE', { message: `NATS gave no answer to ${what}` });
  }
}
