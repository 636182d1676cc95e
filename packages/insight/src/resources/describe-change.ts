import type { ResourceMeasure } from '../model/resource-source.ts';
import { milliseconds, percent } from '../statistics/figures.ts';
import type { ResourceChange } from './resource-change.ts';

const predicates: Readonly<Record<ResourceMeasure, (level: string) => string>> = {
  cpu: (level) => `uses ${level} of its CPU`,
  memory: (level) => `takes up ${level} of its memory`,
  heap: (level) => `fills ${level} of its heap`,
  handles: (level) => `holds ${level} of its file descriptors open`,
  queue: (level) => `has a queue that is ${level} full`,
  'event-loop': (level) => `has an event loop that is busy for ${level} of the time`,
  gc: (level) => `collects garbage for ${level} of the time`,
  throttled: (level) => `is held back by its CPU quota for ${level} of the time`,
  'cpu-pressure': (level) => `waits for a CPU for ${level} of the time`,
  'io-pressure': (level) => `waits for disks for ${level} of the time`,
  'event-loop-delay': (level) => `gets to what is due ${level} late`,
};

/** `payments uses 98% of its CPU, 30% before.` */
export function describeChange(
  { service, instance, measure, before, now }: ResourceChange,
  isOneOfMany: boolean,
): string {
  const who = isOneOfMany && instance !== undefined ? `${service} (${instance})` : service;
  const told = (level: number): string =>
    measure === 'event-loop-delay' ? milliseconds(level * 1e3) : percent(level);
  return `${who} ${predicates[measure](told(now))}, ${told(before)} before.`;
}
