import { diskErrors, isHoldfastError, networkErrors } from '@holdfast/core';
import { checkLinearizability, keyValueModel, type Scenario, troubleKinds } from '@holdfast/simulation';
import { storageErrors } from '@holdfast/storage';
import type { ClusterErrorCode } from '../../errors.ts';
import { checkQueues } from '../watch/check-queues.ts';
import { Closing } from './closing.ts';
import type { ClusterOperation } from './cluster-operation.ts';
import { ClusterRun } from './cluster-run.ts';
import type { ClusterScenarioOptions } from './cluster-scenario-options.ts';
import { drawOperations, operator } from './draw-operations.ts';
import { executeOrder, repair } from './execute-order.ts';

const stormSeconds = 10;

/** After these a member does right to end: it cannot trust its disk, its port is still taken, or nobody wants it. */
const mayEndWith: ReadonlySet<string> = new Set([
  ...Object.keys(diskErrors.definitions),
  ...Object.keys(storageErrors.definitions),
  ...Object.keys(networkErrors.definitions),
  ...(['LOG_DAMAGED', 'FOLDER_MISMATCH', 'MEMBER_REMOVED', 'JOIN_FAILED'] satisfies ClusterErrorCode[]),
]);

/**
 * A cluster of members as they are, with their journals and links on simulated disks and networks, and clients, while
 * everything goes wrong. All members apply the same, and nothing twice; what clients saw is linearizable; what they were
 * told of a write is true; watches tell exactly what was written; no lease ends before its time; locks are held by one at a
 * time, and elections have one leader; and once everything is healed, all is answered, a write reaches all members, and their
 * states are the same byte for byte.
 */
export function clusterScenario(options: ClusterScenarioOptions): Scenario<ClusterOperation, ClusterRun> {
  const { name, members, spares = [], outside = [], faults } = options;
  const program = (context: Parameters<ClusterRun['start']>[0], run: ClusterRun): Promise<void> =>
    run.start(context);
  const clients = (context: Parameters<ClusterRun['start']>[0], run: ClusterRun): void =>
    run.outside.start(context);
  return {
    name,
    hosts: Object.fromEntries([
      ...[...members, ...spares].map((host) => [host, program] as const),
      ...outside.map((host) => [host, clients] as const),
    ]),
    storm: `${stormSeconds}s`,
    settling: '30s',
    faults: {
      // Leases are counted down on clocks that run at about the same speed.
      kinds: troubleKinds.filter((kind) => kind !== 'wipe' && kind !== 'clock-drift'),
      hostsDownMax: Math.max(1, Math.floor((members.length - 1) / 2)),
      ...faults,
    },
    expectedCoverage: {
      roles: { leader: ['idle', 'replicating'], follower: ['idle', 'replicating', 'electing'] },
    },
    state: (simulation) => new ClusterRun(simulation, options),
    operations: (random) => drawOperations(options, stormSeconds * 1_000_000, random),
    async perform(operation, client, run) {
      if (client === operator) await executeOrder(operation as never, run);
      else await run.submit(client, operation as never);
    },
    mayEnd: (error) => isHoldfastError(error) && mayEndWith.has(error.code),
    invariants: {
      'one-leader-a-term': (run) => run.twoLeaders(),
      'same-commands': (run) => run.applied.broken,
      'written-once': (run) => run.written.broken,
      'leases-keep-their-time': (run) => run.leasePromises.broken ?? run.outside.holdings.broken,
      'one-holder-of-a-lock': (run) => run.outside.queues.broken,
    },
    progress(run) {
      if (run.damaged.size > 0) void repair(run);
      run.closing ??= new Closing(run);
      return run.closing.done;
    },
    check(run) {
      const wrong =
        run.closing?.difference ??
        run.written.lost ??
        run.outside.wrongWatch ??
        checkQueues(run.written.revisions);
      if (wrong !== undefined) return { verdict: 'violated', text: wrong };
      const result = checkLinearizability(run.history, keyValueModel());
      return result.verdict === 'ok' ? undefined : { verdict: result.verdict, text: result.text };
    },
  };
}
