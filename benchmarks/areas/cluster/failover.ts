import type { Subject } from '../../harness/area.ts';
import { type Driver, killLeader } from './load.ts';
import { ServerCluster, type ServerProgram } from './server-cluster.ts';

/** Of both systems, which have it from this flag. */
export const electionTimeoutMillis = 1_000;

/**
 * Milliseconds from the SIGKILL of the leader until a write is accepted that was begun after it. A write is begun every
 * 10 ms. The killed member is started again, and has caught up before the next round.
 */
export function failoverOf(program: ServerProgram, driver: Driver): Subject {
  return async () => {
    const cluster = await ServerCluster.start(program, {
      flags: ['--election-timeout', `${electionTimeoutMillis}`],
    });
    return {
      async run() {
        const { killed, failoverMicros, longestMicros, failed } = await killLeader(driver, cluster);
        cluster.startMember(killed);
        return {
          value: failoverMicros / 1_000,
          beside: {
            'election timeout': electionTimeoutMillis,
            'longest write': longestMicros / 1_000,
            'failed writes': failed,
          },
        };
      },
      stop: () => cluster.stop(),
    };
  };
}
