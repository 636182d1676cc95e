import { diskErrors, isHoldfastError } from '@holdfast/core';
import {
  checkLinearizability,
  keyValueModel,
  type Scenario,
  type ScenarioProgram,
} from '@holdfast/simulation';
import { storageErrors } from '../storage/storage-errors.ts';
import { clusterInvariants } from '../watch/cluster-watch.ts';
import { Closing } from './closing.ts';
import { drawOperations, operator } from './draw-operations.ts';
import { executeOrder } from './execute-order.ts';
import { aims } from './expected-places.ts';
import type { RaftOperation } from './raft-operation.ts';
import { RaftRun } from './raft-run.ts';
import type { RaftScenarioOptions } from './raft-scenario-options.ts';

const stormSeconds = 10;

/** After these a member does right to end: it cannot trust its disk. */
const mayEndWith: ReadonlySet<string> = new Set([
  ...Object.keys(diskErrors.definitions),
  ...Object.keys(storageErrors.definitions),
]);

/**
 * A cluster of Raft that keeps keys for clients while everything goes wrong. After every event the invariants of the
 * protocol hold; what the clients saw is linearizable; and once everything is healed, a write reaches all members.
 */
export function raftScenario(options: RaftScenarioOptions): Scenario<RaftOperation, RaftRun> {
  const { name, voters, learners = [], spares = [], faults } = options;
  const members = [...voters, ...learners, ...spares];
  const program: ScenarioProgram<RaftRun> = (context, run) => run.start(context);
  const minority = Math.floor((voters.length - 1) / 2);
  return {
    name,
    hosts: Object.fromEntries(members.map((host) => [host, program])),
    synchronous: true,
    storm: `${stormSeconds}s`,
    settling: '20s',
    faults: {
      hostsDownMax: Math.max(1, minority),
      ...faults,
      base: { version: 1, damagedHostsMax: minority, ...faults?.base },
    },
    expectedCoverage: aims,
    withHosts: (hosts) => raftScenario(reduced(options, hosts)),
    state: (simulation) => new RaftRun(simulation, options),
    operations: (random) => drawOperations(options, stormSeconds * 1_000_000, random),
    perform(operation, client, run) {
      if (client === operator) executeOrder(operation, run);
      else if ('key' in operation) run.submit(client, operation);
    },
    mayEnd: (error) => isHoldfastError(error) && mayEndWith.has(error.code),
    invariants: Object.fromEntries(
      clusterInvariants.map((invariant) => [invariant, (run: RaftRun) => run.watch.broken(invariant)]),
    ),
    progress(run) {
      run.closing ??= new Closing(run);
      return run.closing.done;
    },
    check(run) {
      const result = checkLinearizability(run.history, keyValueModel());
      return result.verdict === 'ok' ? undefined : { verdict: result.verdict, text: result.text };
    },
  };
}

function reduced(options: RaftScenarioOptions, hosts: readonly string[]): RaftScenarioOptions {
  const kept = (names: readonly string[] = []): readonly string[] =>
    names.filter((name) => hosts.includes(name));
  return {
    ...options,
    voters: kept(options.voters),
    witnesses: kept(options.witnesses),
    learners: kept(options.learners),
    spares: kept(options.spares),
  };
}
