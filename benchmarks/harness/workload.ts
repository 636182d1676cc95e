import type { Workload } from './area.ts';

let sink = 0;

/** Uses a result, so that the optimiser cannot drop the call that made it. */
export function consume(value: number): void {
  sink = (sink + value) | 0;
}

export function consumed(): number {
  return sink;
}

/** One call after the other, each awaited. */
export function awaited(call: () => PromiseLike<number>): Workload {
  return {
    async run(calls: number): Promise<void> {
      let sum = 0;
      for (let i = 0; i < calls; i++) sum += await call();
      consume(sum);
    },
  };
}

/** Calls that end with `ok` set to false, which is what counts them. */
export function refused(call: () => PromiseLike<{ readonly ok: boolean }>): Workload {
  return {
    async run(calls: number): Promise<void> {
      let refusals = 0;
      for (let i = 0; i < calls; i++) if (!(await call()).ok) refusals++;
      consume(refusals);
    },
  };
}

/** Calls that all throw. */
export function thrown(call: () => PromiseLike<unknown>): Workload {
  return {
    async run(calls: number): Promise<void> {
      let refusals = 0;
      for (let i = 0; i < calls; i++) {
        try {
          await call();
        } catch {
          refusals++;
        }
      }
      consume(refusals);
    },
  };
}

/** One synchronous call after the other, without a turn of the event loop between them. */
export function looped(call: () => number): Workload {
  return {
    run(calls: number): void {
      let sum = 0;
      for (let i = 0; i < calls; i++) sum += call();
      consume(sum);
    },
  };
}

/** Work that measures itself, once. */
export function measured(measure: () => number | Promise<number>): Workload {
  return { run: measure };
}
