import { assert } from '@holdfast/core';
import type { LimitAlgorithm, Round } from './limit-algorithm.ts';

/** How a call that was let in ended, as a limit sees it. A cancelled one says nothing. */
export type LimitedEnd = 'success' | 'failure' | 'timeout' | 'cancelled';

/** Counts the calls inside, compares them with the limit, and gathers what the algorithm has to know. Pure. */
export class LimiterCore {
  inFlight = 0;
  private readonly algorithm: LimitAlgorithm;
  private gathering: GatheredRound | undefined = undefined;
  /** Calls that still have to end before the round counts. */
  private unsettled = 0;

  constructor(algorithm: LimitAlgorithm) {
    this.algorithm = algorithm;
  }

  /** How many calls may be inside. */
  get limit(): number {
    return Math.floor(this.algorithm.limit);
  }

  /** Lets a call in, or returns false. One that was let in has to {@link exit}. */
  enter(now: number): boolean {
    this.gathering ??= new GatheredRound(now, this.inFlight);
    const round = this.gathering;
    round.arrivals++;
    if (this.inFlight >= this.limit) {
      round.refusals++;
      return false;
    }
    this.inFlight++;
    if (this.inFlight > round.inFlightMax) round.inFlightMax = this.inFlight;
    return true;
  }

  /** A call that was let in at `startedAt` has ended. */
  exit(startedAt: number, now: number, end: LimitedEnd): void {
    assert(this.inFlight > 0, 'only a call that was let in can end');
    this.inFlight--;
    const round = this.gathering;
    if (round === undefined) return;
    if (this.unsettled > 0) {
      this.unsettled--;
      if (this.unsettled === 0) this.gathering = new GatheredRound(now, this.inFlight);
      return;
    }
    round.add(now - startedAt, end);
    if (this.isOver(round, now)) this.finish(round, now);
  }

  private isOver(round: GatheredRound, now: number): boolean {
    const { samplesMin, durationMin, durationMax, errorMax } = this.algorithm.rounds;
    const duration = now - round.startedAt;
    if (duration >= durationMax) return round.ended >= samplesMin;
    if (round.samples < samplesMin || duration < durationMin) return false;
    return duration >= 2 * round.latency && round.knownWithin(errorMax);
  }

  private finish(round: GatheredRound, now: number): void {
    round.duration = now - round.startedAt;
    this.algorithm.update(round, now);
    this.unsettled = this.algorithm.rounds.settles ? this.inFlight : 0;
    this.gathering = new GatheredRound(now, this.inFlight);
  }
}

class GatheredRound implements Round {
  readonly startedAt: number;
  duration = 0;
  samples = 0;
  drops = 0;
  timeouts = 0;
  ended = 0;
  arrivals = 0;
  refusals = 0;
  inFlightMax: number;
  private latencySum = 0;
  private latencySquares = 0;

  constructor(now: number, inFlight: number) {
    this.startedAt = now;
    this.inFlightMax = inFlight;
  }

  get latency(): number {
    return this.samples === 0 ? 0 : this.latencySum / this.samples;
  }

  /** Whether the standard error of the mean latency is at most `error` times the mean. */
  knownWithin(error: number): boolean {
    const variance = this.latencySquares / this.samples - this.latency * this.latency;
    return variance <= error * error * this.latency * this.latency * this.samples;
  }

  add(latency: number, end: LimitedEnd): void {
    if (end === 'cancelled') return;
    this.ended++;
    if (end !== 'success') this.drops++;
    if (end === 'timeout') this.timeouts++;
    if (end === 'failure') return;
    this.samples++;
    this.latencySum += latency;
    this.latencySquares += latency * latency;
  }
}
