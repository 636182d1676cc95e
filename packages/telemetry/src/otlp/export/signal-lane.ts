import { anySignal } from '@holdfast/core';
import { diag } from '@opentelemetry/api';
import { Delivery } from './delivery.ts';
import type { DropReason, ExportFigures } from './export-figures.ts';
import type { OtlpExporterSettings, Signal } from './otlp-exporter-options.ts';
import { type Parcel, type Payload, PayloadQueue } from './payload.ts';

/** Milliseconds before the second attempt, and at most between two. */
const firstBackoff = 500;
const longestBackoff = 30_000;

/**
 * The way of one signal to its receiver: payloads in order, one at a time, each until it has arrived, is refused, or time is
 * up. Timers do not keep the process alive.
 */
export class SignalLane {
  readonly #signal: Signal;
  readonly #settings: OtlpExporterSettings;
  readonly #random: () => number;
  readonly #queue: PayloadQueue;
  readonly #delivery: Delivery;
  readonly #end = new AbortController();
  readonly #dropped: Record<DropReason, number> = {
    'queue-full': 0,
    refused: 0,
    unreachable: 0,
    'shut-down': 0,
  };
  #exported = 0;
  #sentBytes = 0;
  #sending = false;
  /** Ends the pause before the next attempt. */
  #hurry: (() => void) | undefined;
  #hurried = false;
  #failing = false;
  #whenIdle: (() => void)[] = [];

  /** @param random - from 0 to 1: spreads out attempts of many processes. */
  constructor(signal: Signal, settings: OtlpExporterSettings, random: () => number) {
    this.#signal = signal;
    this.#settings = settings;
    this.#random = random;
    this.#queue = new PayloadQueue(settings.queueItems, settings.queueBytes);
    this.#delivery = new Delivery(signal, settings);
  }

  get figures(): ExportFigures {
    return {
      exported: this.#exported,
      sentBytes: this.#sentBytes,
      dropped: { ...this.#dropped },
      queuedItems: this.#queue.items,
      queuedItemsMax: this.#settings.queueItems,
      queuedBytes: this.#queue.bytes,
    };
  }

  /** Sends it after those before it. */
  push(payload: Payload): void {
    if (this.#end.signal.aborted) {
      this.#drop(payload, 'shut-down');
      return;
    }
    for (const dropped of this.#queue.push(payload)) this.#drop(dropped, 'queue-full');
    if (!this.#sending) void this.#sendAll();
  }

  /** Counts what could not even be encoded. */
  refuse(parcel: Parcel, error: unknown): void {
    diag.error(`${this.#signal} cannot be encoded: ${error instanceof Error ? error.message : error}`);
    this.#drop(parcel, 'refused');
  }

  /** Calls `idle` when nothing waits any more. The pause at hand is cut short, or else the next one left out. */
  whenIdle(idle: () => void): void {
    if (!this.#sending) {
      idle();
      return;
    }
    this.#whenIdle.push(idle);
    if (this.#hurry === undefined) this.#hurried = true;
    else this.#hurry();
  }

  /** Drops what has not arrived, and takes no more. */
  end(): void {
    this.#end.abort();
    this.#hurry?.();
    for (let payload = this.#queue.shift(); payload !== undefined; payload = this.#queue.shift()) {
      this.#drop(payload, 'shut-down');
    }
    this.#delivery.close();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    for (let payload = this.#queue.shift(); payload !== undefined; payload = this.#queue.shift()) {
      await this.#send(payload);
    }
    this.#sending = false;
    for (const idle of this.#whenIdle.splice(0)) idle();
  }

  async #send(payload: Payload): Promise<void> {
    const either = anySignal([this.#end.signal, payload.signal]);
    await this.#sendUntil(payload, either.signal);
    either.dispose();
  }

  /** @param stop - aborts when the payload is given up, or all of them are. */
  async #sendUntil(payload: Payload, stop: AbortSignal): Promise<void> {
    const body = await this.#delivery.pack(payload).catch((error: unknown) => this.refuse(payload, error));
    if (body === undefined) return;
    const giveUpAt = performance.now() + this.#settings.retryTime;
    for (let backoff = firstBackoff; ; backoff = Math.min(2 * backoff, longestBackoff)) {
      if (stop.aborted) break;
      this.#sentBytes += body.length;
      const attempt = await this.#delivery.attempt(body, stop);
      if (attempt.outcome === 'arrived') {
        this.#arrived(payload, attempt.rejected);
        return;
      }
      if (stop.aborted) break;
      this.#tellFailure(attempt.reason);
      if (attempt.outcome === 'refused') {
        this.#drop(payload, 'refused');
        return;
      }
      const pause = attempt.after ?? backoff * (0.5 + this.#random());
      if (performance.now() + pause > giveUpAt) {
        this.#drop(payload, 'unreachable');
        return;
      }
      await this.#pause(pause, stop);
    }
    this.#drop(payload, this.#end.signal.aborted ? 'shut-down' : 'unreachable');
  }

  async #pause(millis: number, stop: AbortSignal): Promise<void> {
    if (this.#hurried) {
      this.#hurried = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const resume = (): void => {
        clearTimeout(timer);
        stop.removeEventListener('abort', resume);
        this.#hurry = undefined;
        resolve();
      };
      const timer = setTimeout(resume, millis);
      timer.unref();
      stop.addEventListener('abort', resume);
      this.#hurry = resume;
    });
  }

  #arrived(payload: Payload, rejected: number): void {
    const refused = Math.min(rejected, payload.items);
    this.#dropped.refused += refused;
    this.#exported += payload.items - refused;
    if (this.#failing) diag.info(`${this.#signal} are delivered again`);
    this.#failing = false;
    payload.settled?.(true);
  }

  #drop(payload: Parcel, reason: DropReason): void {
    this.#dropped[reason] += payload.items;
    payload.settled?.(false);
  }

  /** Once, until it works again. */
  #tellFailure(reason: string): void {
    if (!this.#failing) diag.warn(`${this.#signal} are not delivered: ${reason}`);
    this.#failing = true;
  }
}
