import type { LoadRound, Subject, Workload } from '../../harness/area.ts';

/** A system that does one piece of work at a time for each of its callers. */
export interface Engine {
  /** Does the `n`-th piece of work; resolved once it is done, durably. */
  work(n: number): Promise<unknown>;
  /** Counts up something that is to be shown by piece of work, such as commits. */
  counter?(): Promise<number>;
  stop(): Promise<void>;
}

const roundSeconds = 3;
const warmUpSeconds = 2;

/** Pieces of work done in a second, when each of `flight` callers begins the next one as soon as the last is done. */
export function closedLoop(open: () => Promise<Engine>, flight: number, counted?: string): Subject {
  return async (): Promise<Workload> => {
    const engine = await open();
    let next = 0;
    const loop = async (seconds: number): Promise<{ count: number; seconds: number; p50: number }> => {
      const latencies: number[] = [];
      const begun = performance.now();
      const until = begun + seconds * 1_000;
      const caller = async (): Promise<void> => {
        for (let at = performance.now(); at < until; ) {
          await engine.work(next++);
          const now = performance.now();
          latencies.push(now - at);
          at = now;
        }
      };
      await Promise.all(Array.from({ length: flight }, caller));
      const took = (performance.now() - begun) / 1_000;
      latencies.sort((one, other) => one - other);
      return { count: latencies.length, seconds: took, p50: latencies[latencies.length >> 1]! };
    };
    try {
      await loop(warmUpSeconds);
    } catch (error) {
      await engine.stop();
      throw error;
    }
    return {
      async run(): Promise<LoadRound> {
        const [cpu, before] = [process.cpuUsage(), await engine.counter?.()];
        const { count, seconds, p50 } = await loop(roundSeconds);
        const { user, system } = process.cpuUsage(cpu);
        const after = await engine.counter?.();
        return {
          value: count / seconds,
          beside: {
            'p50 ms': p50,
            'own CPU us': (user + system) / count,
            ...(counted !== undefined &&
              before !== undefined &&
              after !== undefined && { [counted]: (after - before) / count }),
          },
        };
      },
      stop: () => engine.stop(),
    };
  };
}
