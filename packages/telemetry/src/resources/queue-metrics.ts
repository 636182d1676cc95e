import type { MetricRegistry, ObservedOptions } from '../metrics/metric-registry.ts';

/** What a queue tells of itself. Read when somebody reads the registry. */
export interface ObservedQueue {
  /** What waits in it. */
  length(): number;
  /** How much may wait in it. */
  capacity(): number;
  /** What found no room, ever. */
  dropped(): number;
}

/** Queues that are told apart, at most. */
const queuesMax = 200;

/** Utilisation, saturation and errors of queues, of which every one has a bound. Make one for a registry. */
export class QueueMetrics {
  readonly #queues = new Map<string, ObservedQueue>();

  /** @throws HoldfastError METRIC_EXISTS when the registry has queues already. */
  constructor(registry: MetricRegistry) {
    const each = (
      name: string,
      { help, kind, unit }: ObservedOptions,
      read: (queue: ObservedQueue) => number,
    ) =>
      registry.observe(
        name,
        { kind, unit: unit ?? '{item}', help, labels: ['holdfast.queue.name'], seriesMax: queuesMax },
        () =>
          [...this.#queues].map(([queue, observed]) => ({
            labels: { 'holdfast.queue.name': queue },
            value: read(observed),
          })),
      );
    each('holdfast.queue.length', { kind: 'updown', help: 'What waits in a queue.' }, (queue) =>
      queue.length(),
    );
    each('holdfast.queue.capacity', { kind: 'updown', help: 'How much may wait in a queue.' }, (queue) =>
      queue.capacity(),
    );
    each(
      'holdfast.queue.utilization',
      { kind: 'gauge', unit: '1', help: 'Share of the room in a queue that is taken.' },
      (queue) => queue.length() / queue.capacity(),
    );
    each('holdfast.queue.dropped', { kind: 'counter', help: 'What found no room in a queue.' }, (queue) =>
      queue.dropped(),
    );
  }

  /** Shows a queue; a former one of that name is forgotten. Returns what takes it away. */
  add(name: string, queue: ObservedQueue): () => void {
    this.#queues.set(name, queue);
    return () => {
      if (this.#queues.get(name) === queue) this.#queues.delete(name);
    };
  }
}
