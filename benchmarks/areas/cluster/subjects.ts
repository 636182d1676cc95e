import type { LoadRound, Subject, Workload } from '../../harness/area.ts';
import { type Driver, type Load, type LoadOutcome, loadByGoClient, loadByNativeClient } from './load.ts';
import { ServerCluster, type ServerProgram } from './server-cluster.ts';

const roundSeconds = 4;
const warmUpSeconds = 3;

/** Requests answered in a second, with what each cost the three servers and the driver. */
export function requestsOf(
  program: ServerProgram,
  driver: Driver,
  what: 'put' | 'get',
  flight: number,
): Subject {
  return () =>
    underLoad(program, driver, { what, flight, seconds: roundSeconds }, (outcome, cpuSeconds) => ({
      value: outcome.count / outcome.seconds,
      beside: {
        'p50 ms': outcome.p50Micros / 1_000,
        'p99 ms': outcome.p99Micros / 1_000,
        'server CPU us': (cpuSeconds * 1e6) / outcome.count,
        'client CPU us': (outcome.cpuSeconds * 1e6) / outcome.count,
      },
    }));
}

/** Milliseconds from a write until the last of 1,000 watchers has it. */
export function fanOutOf(program: ServerProgram): Subject {
  return () =>
    underLoad(program, 'go', { what: 'watch', flight: 1, seconds: roundSeconds }, (outcome) => ({
      value: outcome.p50Micros / 1_000,
      beside: { 'p99 ms': outcome.p99Micros / 1_000 },
    }));
}

async function underLoad(
  program: ServerProgram,
  driver: Driver,
  load: Load,
  describe: (outcome: LoadOutcome, cpuSeconds: number) => LoadRound,
): Promise<Workload> {
  const cluster = await ServerCluster.start(program);
  const drive = (seconds: number): Promise<LoadOutcome> =>
    driver === 'go'
      ? loadByGoClient(cluster.endpoints, { ...load, seconds })
      : loadByNativeClient(cluster.nativeEndpoints, { ...load, seconds });
  try {
    await drive(warmUpSeconds);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return {
    async run() {
      const before = cluster.cpuSeconds();
      const outcome = await drive(load.seconds);
      if (outcome.errors > 0) throw new Error(`${outcome.errors} requests failed`);
      const { value, beside } = describe(outcome, cluster.cpuSeconds() - before);
      const resident = [0, 1, 2].map((index) => cluster.residentBytes(index) / 2 ** 20);
      return { value, beside: { ...beside, 'memory MiB': Math.max(...resident) } };
    },
    stop: () => cluster.stop(),
  };
}
