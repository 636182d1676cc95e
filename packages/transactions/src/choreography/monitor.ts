import { asHoldfastError, platformWorld, sleep, type World } from '@holdfast/core';
import type { EventStore, StoredEvent } from '../event-sourcing/event-store.ts';
import type { Broker, Delivery } from '../outbox/broker.ts';
import type { Choreography } from './choreography.ts';
import { eventTopics, toEvent } from './saga-event.ts';

export interface MonitorOptions {
  readonly choreography: Choreography;
  readonly broker: Broker;
  /** Where it keeps what it sees: each saga a stream of its own. */
  readonly store: EventStore;
  /** Hears of what fails, before it is tried again. Default nobody does. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Default the platform's. */
  readonly world?: World | undefined;
}

/** Sees the events of a choreography, and tells where each saga is. */
export interface Monitor {
  where(sagaId: string, signal?: AbortSignal): Promise<SagaPosition>;
  /** Stops. What it has not seen yet waits for it at the broker. */
  close(): Promise<void>;
}

export interface SagaPosition {
  /** `unknown`: no event of it has been seen, yet. */
  readonly status: 'unknown' | 'running' | 'ended';
  /** What its end is called. */
  readonly outcome: string | undefined;
  /** What has happened, in the order in which it was seen. */
  readonly events: readonly SeenEvent[];
  /** Reactions that nothing has been seen of: they are under way, parked, or led to nothing. */
  readonly pending: readonly PendingReaction[];
}

export interface SeenEvent {
  readonly id: string;
  readonly type: string;
  readonly service: string;
  /** The event that led to it. */
  readonly causationId: string | undefined;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly seenAt: number;
}

export interface PendingReaction {
  readonly service: string;
  /** The event that it is about. */
  readonly on: string;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly since: number;
}

/** Starts a monitor; several of one choreography share the events, and so have to share the store. */
export function startMonitor(options: MonitorOptions): Monitor {
  return new RunningMonitor(options, options.world ?? platformWorld());
}

class RunningMonitor implements Monitor {
  readonly #options: MonitorOptions;
  readonly #world: World;
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;

  constructor(options: MonitorOptions, world: World) {
    this.#options = options;
    this.#world = world;
    this.#done = this.#run();
  }

  async where(sagaId: string, signal?: AbortSignal): Promise<SagaPosition> {
    const { store, choreography } = this.#options;
    const stored: StoredEvent[] = [];
    for (let more = true; more; ) {
      const page = await store.read(streamOf(choreography, sagaId), { from: stored.length + 1, signal });
      stored.push(...page.events);
      more = page.more;
    }
    return positionOf(choreography, stored.map(toSeen));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { broker, choreography, onFailure } = this.#options;
    const { signal } = this.#closing;
    const subscription = {
      consumer: `${choreography.name}-monitor`,
      topic: eventTopics(choreography.name),
      signal,
    };
    while (!signal.aborted) {
      try {
        for await (const delivery of broker.subscribe(subscription)) await this.#see(delivery);
      } catch (error) {
        if (signal.aborted) break;
        onFailure?.(error);
        if (asHoldfastError(error).code === 'BROKER_CLOSED') break;
        await sleep('1s', { world: this.#world, signal }).catch(() => {});
      }
    }
  }

  async #see(delivery: Delivery): Promise<void> {
    const { store, choreography, onFailure } = this.#options;
    const event = toEvent(choreography.name, delivery.message);
    try {
      if (event === undefined) return await delivery.park('it is no event of the choreography');
      const { id, sagaId, type, service, causationId = null } = event;
      await store.append(streamOf(choreography, sagaId), 'any', [
        { id, type, data: { service, causationId } },
      ]);
      await delivery.ack();
    } catch (error) {
      onFailure?.(error);
      await delivery.nak(asHoldfastError(error).message, '1s').catch(() => {});
    }
  }
}

/** Where a saga is, by the events that were seen of it. */
function positionOf(choreography: Choreography, events: readonly SeenEvent[]): SagaPosition {
  const { services, ends } = choreography;
  const end = events.find(({ type }) => Object.hasOwn(ends, type));
  const pending: PendingReaction[] = [];
  for (const { id, type, seenAt } of events) {
    for (const { name, reactions } of services) {
      const reaction = Object.hasOwn(reactions, type) ? reactions[type] : undefined;
      if (reaction === undefined || reaction.emits.length === 0) continue;
      const answered = events.some(({ service, causationId }) => service === name && causationId === id);
      if (!answered) pending.push({ service: name, on: type, since: seenAt });
    }
  }
  return {
    status: events.length === 0 ? 'unknown' : end === undefined ? 'running' : 'ended',
    outcome: end === undefined ? undefined : ends[end.type],
    events,
    pending,
  };
}

function streamOf({ name }: Choreography, sagaId: string): string {
  return `${name}-${sagaId}`;
}

function toSeen({ id, type, data, recordedAt }: StoredEvent): SeenEvent {
  const { service, causationId } = data as { readonly service: string; readonly causationId: string | null };
  return { id, type, service, causationId: causationId ?? undefined, seenAt: recordedAt };
}
