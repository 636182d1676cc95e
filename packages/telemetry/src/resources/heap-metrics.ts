import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { ObservedHost } from './observed-host.ts';

type Space = ReturnType<typeof getHeapSpaceStatistics>[number];

/** The heap of JavaScript, by its spaces, and what lies beside it. */
export function observeHeap({ registry }: ObservedHost): void {
  // Read once for all who ask.
  let found: readonly Space[] | undefined;
  registry.beforeReading(() => {
    found = undefined;
  });
  const spaces = (name: string, help: string, read: (space: Space) => number) =>
    registry.observe(name, { kind: 'updown', unit: 'By', help, labels: ['v8js.heap.space.name'] }, () =>
      spacesNow().map((space) => ({
        labels: { 'v8js.heap.space.name': space.space_name },
        value: read(space),
      })),
    );
  const spacesNow = (): readonly Space[] => {
    found ??= getHeapSpaceStatistics();
    return found;
  };
  spaces('v8js.memory.heap.used', 'What of a heap space is used.', (space) => space.space_used_size);
  spaces('v8js.memory.heap.space.size', 'How large a heap space is.', (space) => space.space_size);
  spaces(
    'v8js.memory.heap.space.available_size',
    'What of a heap space is free.',
    (space) => space.space_available_size,
  );
  spaces(
    'v8js.memory.heap.space.physical_size',
    'What of a heap space is backed by memory.',
    (space) => space.physical_space_size,
  );
  registry.observe(
    'v8js.memory.heap.limit',
    { kind: 'gauge', unit: 'By', help: 'What the heap may grow to.' },
    () => getHeapStatistics().heap_size_limit,
  );
  registry.observe(
    'holdfast.v8js.heap.utilization',
    { kind: 'gauge', unit: '1', help: 'Share of what the heap may grow to that is used.' },
    () => {
      const { heap_size_limit, used_heap_size } = getHeapStatistics();
      return used_heap_size / heap_size_limit;
    },
  );
  registry.observe(
    'holdfast.v8js.memory.external',
    { kind: 'updown', unit: 'By', help: 'Memory beside the heap that objects in it hold, such as buffers.' },
    () => process.memoryUsage().external,
  );
}
