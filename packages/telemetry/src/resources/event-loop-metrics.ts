import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { ObservedHost } from './observed-host.ts';

/** Milliseconds between looks at the clock: what is above is delay. Each of them wakes a process that has nothing to do. */
const resolution = 40;

interface Delays {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/**
 * How busy the event loop is, and how long what is due waits for it. Delays are those of the last interval of the sampler,
 * without the time between two looks at the clock. Returns what ends the looking.
 */
export function observeEventLoop({ registry, sampler }: ObservedHost): () => void {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - resolution / 1e3);
  let delays: Delays | undefined;
  let utilization: number | undefined;
  let before = performance.eventLoopUtilization();
  sampler.each(() => {
    const now = performance.eventLoopUtilization();
    utilization = performance.eventLoopUtilization(now, before).utilization;
    before = now;
    // Nothing was seen in an interval that the loop was blocked for: then the next one tells.
    if (delay.count === 0) return;
    delays = {
      min: beyond(delay.min),
      max: beyond(delay.max),
      mean: beyond(delay.mean),
      stddev: delay.stddev / 1e9,
      p50: beyond(delay.percentile(50)),
      p90: beyond(delay.percentile(90)),
      p99: beyond(delay.percentile(99)),
    };
    delay.reset();
  });
  for (const [field, help] of [
    ['min', 'The shortest delay of the event loop.'],
    ['max', 'The longest delay of the event loop.'],
    ['mean', 'The mean delay of the event loop.'],
    ['stddev', 'The standard deviation of delays of the event loop.'],
    ['p50', 'The delay of the event loop that half are below.'],
    ['p90', 'The delay of the event loop that 90 % are below.'],
    ['p99', 'The delay of the event loop that 99 % are below.'],
  ] as const) {
    registry.observe(
      `nodejs.eventloop.delay.${field}`,
      { kind: 'gauge', unit: 's', help },
      () => delays?.[field],
    );
  }
  registry.observe(
    'nodejs.eventloop.utilization',
    { kind: 'gauge', unit: '1', help: 'Share of the time for which the event loop was not idle.' },
    () => utilization,
  );
  registry.observe(
    'nodejs.eventloop.time',
    {
      kind: 'counter',
      unit: 's',
      help: 'Time of the event loop, by what it did.',
      labels: ['nodejs.eventloop.state'],
    },
    () => {
      const { active, idle } = performance.eventLoopUtilization();
      return [
        { labels: { 'nodejs.eventloop.state': 'active' }, value: active / 1_000 },
        { labels: { 'nodejs.eventloop.state': 'idle' }, value: idle / 1_000 },
      ];
    },
  );
  return () => delay.disable();
}
