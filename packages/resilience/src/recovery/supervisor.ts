import {
  type Duration,
  defineEvent,
  type EventType,
  isHoldfastError,
  sleep,
  toPositiveMicros,
} from '@holdfast/core';
import type { Recovery } from './recovery.ts';

/** What a supervisor knows of its component. */
export type SupervisedState = 'working' | 'recovering' | 'degraded' | 'failed';

/** A supervised component changed its state. */
export interface SupervisionEvent {
  readonly component: string;
  readonly from: SupervisedState;
  readonly to: SupervisedState;
  /** What failed, when it did. */
  readonly error: unknown;
}

export const supervisionChanged: EventType<SupervisionEvent> = defineEvent<SupervisionEvent>(
  'holdfast.supervision.changed',
);

/**
 * Checks a component again and again, and recovers it when it fails, with nobody asked. A component that could not
 * be recovered, or that the system does without, is checked on, and is `working` again when a check passes.
 */
export class Supervisor {
  private readonly recovery: Recovery;
  private readonly interval: Duration;
  private readonly controller = new AbortController();
  private readonly loop: Promise<void>;
  private current: SupervisedState = 'working';

  /** @throws HoldfastError INVALID_ARGUMENT when `interval` is no duration, or zero. */
  constructor(recovery: Recovery, interval: Duration) {
    toPositiveMicros(interval, 'interval');
    this.recovery = recovery;
    this.interval = interval;
    this.loop = this.watch(this.controller.signal);
  }

  get state(): SupervisedState {
    return this.current;
  }

  /** Ends the watching, and a recovery under way. Resolves when nothing of it runs any more. */
  stop(): Promise<void> {
    this.controller.abort();
    return this.loop;
  }

  private async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await sleep(this.interval, { world: this.recovery.world, signal });
        await this.look(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  private async look(signal: AbortSignal): Promise<void> {
    try {
      await this.recovery.probe(signal);
      this.become('working', undefined);
    } catch (failure) {
      if (signal.aborted || this.current === 'degraded') return;
      await this.recover(failure, signal);
    }
  }

  private async recover(failure: unknown, signal: AbortSignal): Promise<void> {
    this.become('recovering', failure);
    try {
      const { status } = await this.recovery.recover(failure, { signal });
      this.become(status === 'recovered' ? 'working' : 'degraded', failure);
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'RECOVERY_FAILED') throw error;
      this.become('failed', error);
    }
  }

  private become(to: SupervisedState, error: unknown): void {
    const from = this.current;
    if (from === to) return;
    this.current = to;
    if (supervisionChanged.active) {
      supervisionChanged.publish({ component: this.recovery.name, from, to, error });
    }
  }
}

/** Watches a component every `interval`, and recovers it when it fails. See {@link Supervisor}. */
export function supervise(recovery: Recovery, interval: Duration): Supervisor {
  return new Supervisor(recovery, interval);
}
