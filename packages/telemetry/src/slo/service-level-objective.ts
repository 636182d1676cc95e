import {
  type Clock,
  type Duration,
  defineEvent,
  type EventType,
  invalidArgument,
  toMillis,
  toPositiveMicros,
} from '@holdfast/core';
import { type BurnAlert, type BurnAlertOptions, burnAlerts, readBurnAlert } from './burn-alert.ts';
import { SlidingTally, type Tally } from './sliding-tally.ts';

export interface ObjectiveOptions {
  readonly name: string;
  /** Share of events that are to be good, above 0 and below 1: `0.999`. */
  readonly target: number;
  /** Over which it counts. Default `'30d'`. */
  readonly period?: Duration;
  /** Default {@link burnAlerts}; windows that are longer than the period are left out of it. */
  readonly alerts?: readonly BurnAlertOptions[];
  /** Events that a short window must have seen before it may alarm: a few calls at night prove nothing. Default 10. */
  readonly minimumEvents?: number;
}

/** How an objective stands. Windows are milliseconds. */
export interface ObjectiveStatus {
  readonly name: string;
  readonly target: number;
  readonly period: number;
  /** Events within the period. */
  readonly good: number;
  readonly bad: number;
  /** All events since the process began. */
  readonly total: Tally;
  /** Share of the period's events that were good. Undefined without events. */
  readonly attained: number | undefined;
  /** Share of the error budget that is left: 1 is all, below 0 is overdrawn. */
  readonly budgetRemaining: number;
  /** How many times faster than allowed the budget burns. Undefined without events. */
  readonly burnRates: readonly BurnRate[];
  readonly alerts: readonly AlertStatus[];
}

export interface BurnRate {
  readonly window: number;
  readonly rate: number | undefined;
  readonly events: number;
}

export interface AlertStatus {
  readonly severity: string;
  readonly longWindow: number;
  readonly shortWindow: number;
  /** The rate from which on it alarms. */
  readonly threshold: number;
  readonly burning: boolean;
}

export interface ObjectiveBurningEvent {
  readonly objective: string;
  readonly severity: string;
  /** Milliseconds. */
  readonly longWindow: number;
  readonly burning: boolean;
  readonly budgetRemaining: number;
}

/** An error budget began to burn too fast, or no longer does. */
export const objectiveBurning: EventType<ObjectiveBurningEvent> =
  defineEvent<ObjectiveBurningEvent>('holdfast.slo.burning');

/** Slots of ten seconds for windows of up to six hours; two thousand slots for the period. */
const fineSlot = 10_000_000;
const fineSpanMax = 21_600_000_000;
const coarseSlots = 2_000;

/**
 * A service level objective: which share of events is to be good, and how fast the errors that leaves room for are being used up.
 * It knows what happened since the process began; of a service with many processes, add up their counters.
 */
export class ServiceLevelObjective {
  readonly name: string;
  readonly target: number;
  readonly #clock: Clock;
  readonly #period: number;
  readonly #alerts: readonly BurnAlert[];
  readonly #minimumEvents: number;
  /** For short windows, and for longer ones. */
  readonly #fine: SlidingTally;
  readonly #coarse: SlidingTally;
  readonly #burning = new Set<BurnAlert>();
  #total: Tally = { good: 0, bad: 0 };
  /** When alerts are looked at next. */
  #due = 0;

  /** @throws HoldfastError INVALID_ARGUMENT for a bad option. */
  constructor(options: ObjectiveOptions, clock: Clock) {
    const { minimumEvents = 10, name, period = '30d', target } = options;
    if (typeof name !== 'string' || name === '')
      throw invalidArgument('name', name, 'a text that is not empty');
    if (!(target > 0 && target < 1)) throw invalidArgument('target', target, 'a share above 0 and below 1');
    if (!(minimumEvents >= 1)) throw invalidArgument('minimumEvents', minimumEvents, 'a number from 1');
    this.name = name;
    this.target = target;
    this.#clock = clock;
    this.#period = toPositiveMicros(period, 'period');
    const usual = burnAlerts.filter(({ long }) => toPositiveMicros(long) <= this.#period);
    this.#alerts = (options.alerts ?? usual).map((alert, index) =>
      readBurnAlert(alert, this.#period, `alerts[${index}]`),
    );
    this.#minimumEvents = minimumEvents;
    this.#fine = new SlidingTally(fineSlot, Math.min(this.#period, fineSpanMax));
    this.#coarse = new SlidingTally(Math.ceil(this.#period / coarseSlots), this.#period);
  }

  /** Counts events. @throws HoldfastError INVALID_ARGUMENT when `events` is negative or no number. */
  record(good: boolean, events = 1): void {
    if (!(events >= 0)) throw invalidArgument('events', events, 'a number from zero');
    const now = this.#clock.coarseNow();
    const tally = good ? { good: events, bad: 0 } : { good: 0, bad: events };
    this.#total = { good: this.#total.good + tally.good, bad: this.#total.bad + tally.bad };
    this.#fine.add(now, tally);
    this.#coarse.add(now, tally);
    if (now >= this.#due) this.#look(now);
  }

  status(): ObjectiveStatus {
    const now = this.#clock.now();
    this.#look(now);
    const { bad, good } = this.#coarse.total(now, this.#period);
    const windows = [...new Set(this.#alerts.flatMap(({ long, short }) => [short, long]))];
    return {
      name: this.name,
      target: this.target,
      period: toMillis(this.#period),
      good,
      bad,
      total: this.#total,
      attained: good + bad === 0 ? undefined : good / (good + bad),
      budgetRemaining: 1 - (this.#rate({ good, bad }) ?? 0),
      burnRates: windows
        .sort((a, b) => a - b)
        .map((window) => {
          const tally = this.#within(now, window);
          return { window: toMillis(window), rate: this.#rate(tally), events: tally.good + tally.bad };
        }),
      alerts: this.#alerts.map((alert) => ({
        severity: alert.severity,
        longWindow: toMillis(alert.long),
        shortWindow: toMillis(alert.short),
        threshold: alert.rate,
        burning: this.#burning.has(alert),
      })),
    };
  }

  #look(now: number): void {
    this.#due = now + fineSlot;
    for (const alert of this.#alerts) {
      const burns = this.#burns(now, alert);
      if (burns === this.#burning.has(alert)) continue;
      if (burns) this.#burning.add(alert);
      else this.#burning.delete(alert);
      if (objectiveBurning.active) {
        objectiveBurning.publish({
          objective: this.name,
          severity: alert.severity,
          longWindow: toMillis(alert.long),
          burning: burns,
          budgetRemaining: 1 - (this.#rate(this.#coarse.total(now, this.#period)) ?? 0),
        });
      }
    }
  }

  #burns(now: number, { long, rate, short }: BurnAlert): boolean {
    const recent = this.#within(now, short);
    if (recent.good + recent.bad < this.#minimumEvents) return false;
    return (this.#rate(recent) ?? 0) >= rate && (this.#rate(this.#within(now, long)) ?? 0) >= rate;
  }

  #within(now: number, window: number): Tally {
    return (window <= this.#fine.span ? this.#fine : this.#coarse).total(now, window);
  }

  /** How many times more of the events were bad than may be. */
  #rate({ bad, good }: Tally): number | undefined {
    const events = good + bad;
    return events === 0 ? undefined : bad / events / (1 - this.target);
  }
}
