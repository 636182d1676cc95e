import { type Clock, Timer, type World } from '@holdfast/core';
import type { CheckedSubscription } from '../outbox/check-message.ts';
import type { Message, ParkedMessage } from '../outbox/message.ts';
import type { MessageLog } from './message-log.ts';
import { topicMatches } from './topic-filter.ts';

/** A message that a consumer has had and not dealt with. */
export interface Outstanding {
  readonly number: number;
  readonly message: Message;
  attempt: number;
  reason: string;
  /** Whether a delivery of it is under way; else it waits to be delivered again. */
  delivered: boolean;
  /** Monotonic microseconds: when the delivery is over, or the message is to be delivered again. */
  due: number;
}

/** Somebody who waits for a message. */
export interface Taker {
  take(outstanding: Outstanding): void;
}

/** The place of a consumer in the log, and what it has not dealt with yet. Its subscriptions take from it. */
export class ConsumerQueue extends Timer {
  options: CheckedSubscription;
  readonly parked: Map<string, ParkedMessage> = new Map();
  readonly takers: Set<Taker> = new Set();
  readonly #log: MessageLog;
  readonly #world: World;
  readonly #clock: Clock;
  readonly #outstanding = new Map<number, Outstanding>();
  #next: number;
  /** Parked ones that are to be delivered again count down from -1. */
  #retried = -1;

  constructor(log: MessageLog, world: World, options: CheckedSubscription) {
    super();
    this.#log = log;
    this.#world = world;
    this.#clock = world.clock;
    this.options = options;
    this.#next = log.first;
  }

  /** Whether it has yet to have the message of that number. */
  needs(number: number): boolean {
    return this.#next <= number && topicMatches(this.options.topic, this.#log.at(number).topic);
  }

  /** Gives out what there is to those who wait. */
  deliver(): void {
    for (const taker of this.takers) {
      const next = this.#take();
      if (next === undefined) break;
      this.takers.delete(taker);
      taker.take(next);
    }
    this.#arm();
  }

  acknowledge({ number }: Outstanding): void {
    this.#outstanding.delete(number);
    this.deliver();
  }

  /** Delivers it again after `delay` microseconds, or parks it if it has come often enough. */
  refuse(outstanding: Outstanding, reason: string, delay: number): void {
    if (outstanding.attempt >= this.options.deliveriesMax) {
      this.park(outstanding, reason);
      return;
    }
    outstanding.delivered = false;
    outstanding.reason = reason;
    outstanding.due = this.#clock.now() + delay;
    this.deliver();
  }

  park({ number, message, attempt }: Outstanding, reason: string): void {
    this.#outstanding.delete(number);
    const parkedAt = this.#clock.wall();
    this.parked.set(message.id, { message, attempts: attempt, reason, parkedAt });
    for (const oldest of this.parked.keys()) {
      if (this.parked.size <= this.#log.keptMax) break;
      this.parked.delete(oldest);
    }
    this.deliver();
  }

  retry(id: string): boolean {
    const found = this.parked.get(id);
    if (found === undefined) return false;
    this.parked.delete(id);
    const number = this.#retried--;
    const due = this.#clock.now();
    const { message, reason } = found;
    this.#outstanding.set(number, { number, message, attempt: 0, reason, delivered: false, due });
    this.deliver();
    return true;
  }

  override fire(): void {
    const now = this.#clock.now();
    for (const outstanding of [...this.#outstanding.values()]) {
      if (!outstanding.delivered || outstanding.due > now) continue;
      this.refuse(outstanding, 'it was not settled in time', 0);
    }
    this.deliver();
  }

  stop(): void {
    this.takers.clear();
    this.#world.timers.disarm(this);
  }

  #take(): Outstanding | undefined {
    const now = this.#clock.now();
    let again: Outstanding | undefined;
    for (const each of this.#outstanding.values()) {
      if (each.delivered || each.due > now) continue;
      if (again === undefined || each.number < again.number) again = each;
    }
    const taken = again ?? this.#takeNew();
    if (taken === undefined) return undefined;
    taken.attempt++;
    taken.delivered = true;
    taken.due = now + this.options.settleWithin;
    return taken;
  }

  #takeNew(): Outstanding | undefined {
    if (this.#outstanding.size >= this.options.inFlightMax) return undefined;
    this.#next = Math.max(this.#next, this.#log.first);
    while (this.#next < this.#log.next) {
      const number = this.#next++;
      const message = this.#log.at(number);
      if (!topicMatches(this.options.topic, message.topic)) continue;
      const outstanding: Outstanding = { number, message, attempt: 0, reason: '', delivered: false, due: 0 };
      this.#outstanding.set(number, outstanding);
      return outstanding;
    }
    return undefined;
  }

  /** To be woken when a delivery is over, or when somebody waits and a message is due again. */
  #arm(): void {
    let due = Number.POSITIVE_INFINITY;
    for (const each of this.#outstanding.values()) {
      if (each.delivered || this.takers.size > 0) due = Math.min(due, each.due);
    }
    if (due === Number.POSITIVE_INFINITY) this.#world.timers.disarm(this);
    else this.#world.timers.arm(this, due);
  }
}
