import process from 'node:process';
import { currentContext } from './active-simulation.ts';
import type { Replacement } from './replacement.ts';

type Moment = [seconds: number, nanoseconds: number];

/**
 * The clocks of the language and of Node: `Date`, and from the origin of the host's monotonic clock `performance.now`,
 * `process.hrtime` and `process.uptime`.
 */
export const clockReplacements: readonly Replacement[] = [
  { target: globalThis, name: 'Date', replace: replaceDate },
  {
    target: Date,
    name: 'now',
    replace: (original: () => number) => () => currentContext()?.clock.wall() ?? original(),
  },
  {
    target: performance,
    name: 'now',
    replace: (original: () => number) => () => {
      const context = currentContext();
      return context === undefined ? original.call(performance) : context.clock.now() / 1_000;
    },
  },
  { target: process, name: 'hrtime', replace: replaceHighResolutionTime },
  {
    target: process,
    name: 'uptime',
    replace: (original: () => number) => () => {
      const context = currentContext();
      return context === undefined ? original.call(process) : context.clock.now() / 1_000_000;
    },
  },
];

function replaceDate(original: DateConstructor): DateConstructor {
  return new Proxy(original, {
    construct(target, values, newTarget) {
      const wall = values.length === 0 ? currentContext()?.clock.wall() : undefined;
      return Reflect.construct(target, wall === undefined ? values : [wall], newTarget);
    },
    apply(target) {
      const wall = currentContext()?.clock.wall();
      return wall === undefined ? target() : new target(wall).toString();
    },
  });
}

function replaceHighResolutionTime(original: typeof process.hrtime): typeof process.hrtime {
  const hrtime = (since?: Moment): Moment => {
    const context = currentContext();
    if (context === undefined) return original(since);
    const [seconds, nanoseconds] = since ?? [0, 0];
    const micros = context.clock.now() - seconds * 1_000_000 - Math.floor(nanoseconds / 1_000);
    const whole = Math.floor(micros / 1_000_000);
    return [whole, (micros - whole * 1_000_000) * 1_000];
  };
  const bigint = (): bigint => {
    const context = currentContext();
    return context === undefined ? original.bigint() : BigInt(context.clock.now()) * 1_000n;
  };
  return Object.assign(hrtime, { bigint });
}
