import { throwUncaught } from '../errors/throw-uncaught.ts';

/**
 * Typed events: facts that components publish and anyone may listen to. Publishing costs one field read
 * while nobody listens:
 *
 *     if (breakerTransition.active) breakerTransition.publish({ ... });
 *
 * The registry is shared by every copy of this package in the process, so a listener hears them all.
 */
export type EventListener<T> = (event: T) => void;
/** Hears every kind of event; `name` is the {@link EventType.name} of the kind. */
export type AnyEventListener = (name: string, event: unknown) => void;
/** Stops a subscription. Calling it again does nothing. */
export type Unsubscribe = () => void;

interface Registry {
  readonly types: Map<string, EventType<unknown>>;
  anyListeners: readonly AnyEventListener[];
}

const registryKey = Symbol.for('@holdfast/core/events/1');
const holder = globalThis as { [registryKey]?: Registry };
holder[registryKey] ??= { types: new Map(), anyListeners: [] };
const registry: Registry = holder[registryKey];

/** One kind of event. Made by {@link defineEvent}. */
export class EventType<T> {
  /** Stable dotted name, such as `holdfast.breaker.transition`. */
  readonly name: string;
  /** Whether anybody listens. Read it before building the event. */
  active = false;
  #listeners: readonly EventListener<T>[] = [];

  constructor(name: string) {
    this.name = name;
    this.refresh();
  }

  /**
   * Hands `event` to every listener, in order of subscription. One that throws stops none of the others; its
   * error becomes uncaught.
   */
  publish(event: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        throwUncaught(error);
      }
    }
    for (const listener of registry.anyListeners) {
      try {
        listener(this.name, event);
      } catch (error) {
        throwUncaught(error);
      }
    }
  }

  subscribe(listener: EventListener<T>): Unsubscribe {
    const entry: EventListener<T> = (event) => listener(event);
    this.#listeners = [...this.#listeners, entry];
    this.refresh();
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== entry);
      this.refresh();
    };
  }

  /** Recomputes {@link active}; the registry calls it when a listener for every kind comes or goes. */
  refresh(): void {
    this.active = this.#listeners.length > 0 || registry.anyListeners.length > 0;
  }
}

/** The event type called `name`: the same object for the same name, in every copy of this package. */
export function defineEvent<T>(name: string): EventType<T> {
  let type = registry.types.get(name);
  if (type === undefined) {
    type = new EventType<unknown>(name);
    registry.types.set(name, type);
  }
  return type as EventType<T>;
}

/** Listens to every kind of event, those defined later included. */
export function subscribeToEvents(listener: AnyEventListener): Unsubscribe {
  const entry: AnyEventListener = (name, event) => listener(name, event);
  registry.anyListeners = [...registry.anyListeners, entry];
  for (const type of registry.types.values()) type.refresh();
  return () => {
    registry.anyListeners = registry.anyListeners.filter((other) => other !== entry);
    for (const type of registry.types.values()) type.refresh();
  };
}
