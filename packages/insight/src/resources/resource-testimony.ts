import type { ResourceMeasure, ResourceReadings } from '../model/resource-source.ts';
import { medianOf } from '../statistics/quantile.ts';
import { type ResourceChange, resourceChange } from './resource-change.ts';

/** A resource that is used from nothing to all makes blame so many times as likely: each fifth of it doubles the odds. */
const oddsOfAll = 32;
/** Who computes no more than usual, and has room left, is half as likely to be what takes the time. */
const oddsOfIdle = 0.5;
/** Of a share of time or CPU: a process that uses less is not busy. */
const busyFrom = 0.5;
const work: readonly ResourceMeasure[] = ['cpu', 'event-loop'];

/** What the resources of processes say for and against those who are accused. */
export class ResourceTestimony {
  readonly #changes: Map<string, ResourceChange[]> = new Map();
  /** Microseconds. */
  readonly #usualTime: number;

  /** @param usualTime - microseconds that a request usually takes: a delay matters as far as it is long beside it */
  constructor(before: readonly ResourceReadings[], now: readonly ResourceReadings[], usualTime: number) {
    this.#usualTime = usualTime;
    const known = new Map(before.map((readings) => [nameOf(readings), readings]));
    for (const readings of now) {
      const change = resourceChange(known.get(nameOf(readings)), readings);
      if (change === undefined) continue;
      const changes = this.#changes.get(change.service);
      if (changes === undefined) this.#changes.set(change.service, [change]);
      else changes.push(change);
    }
  }

  /** The one that rose the most of those that are unusual, and rose more than with others. */
  foremost(service: string): ResourceChange | undefined {
    let found: ResourceChange | undefined;
    let most = 0;
    for (const change of this.#changes.get(service) ?? []) {
      const excess = change.isUnusual ? this.#excess(change) : 0;
      if (excess > most) [found, most] = [change, excess];
    }
    return found;
  }

  /** How many times as likely a service is to blame as one of which nothing was measured. */
  odds(service: string): number {
    const change = this.foremost(service);
    return change === undefined ? 1 : oddsOfAll ** this.#excess(change);
  }

  /** The same of a service as what takes the time, if it is that. */
  oddsOfTime(service: string): number {
    return this.#isIdle(service) ? oddsOfIdle : this.odds(service);
  }

  #isIdle(service: string): boolean {
    const changes = this.#changes.get(service) ?? [];
    const working = changes.filter(({ measure }) => work.includes(measure));
    return (
      working.length > 0 &&
      working.every(({ now }) => now < busyFrom) &&
      changes.every(({ isUnusual }) => !isUnusual)
    );
  }

  /** How much more it rose than with most others: what rises everywhere, as on a host that is short of time, tells of nobody. */
  #excess(change: ResourceChange): number {
    const others: number[] = [];
    for (const [service, changes] of this.#changes) {
      if (service === change.service) continue;
      const rises = changes
        .filter(({ measure }) => measure === change.measure)
        .map((each) => this.#rise(each));
      if (rises.length > 0) others.push(Math.max(...rises));
    }
    return this.#rise(change) - (others.length === 0 ? 0 : medianOf(others));
  }

  /** How much more it is, from 0 to 1. */
  #rise({ measure, before, now }: ResourceChange): number {
    const more = now - before;
    if (measure !== 'event-loop-delay') return Math.min(1, Math.max(0, more));
    const delay = Math.max(0, more) * 1e6;
    return delay / (delay + Math.max(1, this.#usualTime));
  }
}

function nameOf({ service, instance, measure }: ResourceReadings): string {
  return `${service}\n${instance ?? ''}\n${measure}`;
}
