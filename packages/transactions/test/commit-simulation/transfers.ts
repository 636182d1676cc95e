import type { Random } from '@holdfast/core';
import type { HostContext, Scenario, TimedOperation } from '@holdfast/simulation';
import {
  type BranchId,
  type Ledger,
  LedgerMemory,
  type TwoPhaseDefinition,
  twoPhase,
} from '../../src/index.ts';
import { MemoryDatabase, MemoryResource } from '../../src/testkit/index.ts';
import { outcomeOf } from '../../src/two-phase/two-phase.ts';
import { serveLedger } from './serve-ledger.ts';

/** From one database to another, of an account that others may be at. */
export type Transfer = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly account: string;
  readonly amount: number;
  /** The worker that is asked. */
  readonly at: string;
};

const databases = ['north', 'south', 'east'] as const;
const accounts = ['gold', 'silver'] as const;
const workers = ['w1', 'w2'] as const;
const before = 1_000;
const foreign: BranchId = { transaction: 'hf-of-another-house', resource: 'north' };

export interface TransferState {
  readonly memory: LedgerMemory;
  readonly databases: Readonly<Record<string, MemoryDatabase>>;
  /** The resources of each worker's latest process. */
  readonly clients: Map<string, readonly MemoryResource[]>;
  /** Of each worker's latest process, with what it drives. */
  readonly desks: Map<string, Desk>;
  readonly asked: Map<string, Transfer>;
}

interface Desk {
  readonly ledger: Ledger;
  readonly definition: TwoPhaseDefinition<Transfer, string>;
}

/** Two workers serve a ledger of transfers over three databases; requests and answers get lost, and so do workers. */
export function transfers(): Scenario<Transfer, TransferState> {
  const program = async (context: HostContext, state: TransferState): Promise<void> => {
    const { host } = context;
    // The databases have noticed that the process before is gone.
    for (const client of state.clients.get(host) ?? []) client.database.dropClient(client);
    const resources = databases.map(
      (name) =>
        new MemoryResource({
          name,
          database: state.databases[name]!,
          // One cannot prepare, and one has no marks.
          abilities: { prepare: name !== 'east', settle: name !== 'south' },
          world: context,
          latency: '3ms',
          loss: 0.02,
        }),
    );
    state.clients.set(host, resources);
    const definition = transferOf(resources);
    context.describe(() => ({ role: 'worker', phase: state.desks.has(host) ? 'serving' : 'starting' }));
    await serveLedger(context, state.memory, [definition], (ledger) => {
      state.desks.set(host, { ledger, definition });
    });
  };
  return {
    name: 'two-phase-transfers',
    storm: '4s',
    settling: '20s',
    hosts: Object.fromEntries(workers.map((host) => [host, program])),
    faults: { kinds: ['crash', 'pause', 'slow', 'clock-jump', 'clock-drift'], hostsDownMax: 2 },
    state: () => ({
      memory: new LedgerMemory(),
      databases: Object.fromEntries(databases.map((name) => [name, newDatabase(name)])),
      clients: new Map(),
      desks: new Map(),
      asked: new Map(),
    }),
    operations: someTransfers,
    async perform(transfer, _client, state) {
      const desk = state.desks.get(transfer.at);
      if (desk === undefined) return;
      state.asked.set(transfer.id, transfer);
      // Refused, or not known: whoever asks finds out by the id.
      await desk.ledger.start(desk.definition, transfer, { id: transfer.id }).catch(() => {});
    },
    progress: (state) =>
      [...state.asked.keys()].every((id) => (runOf(state, id)?.status ?? 'ended') === 'ended') &&
      ownInDoubt(state).length === 0,
    check: (state) => {
      const text = finding(state);
      return text === undefined ? undefined : { verdict: 'violated', text };
    },
  };
}

function transferOf(resources: readonly MemoryResource[]): TwoPhaseDefinition<Transfer, string> {
  return twoPhase('transfer', {
    resources: Object.fromEntries(resources.map((resource) => [resource.name, resource])),
    work: async (connections, { id, from, to, account, amount }: Transfer, { attempt }) => {
      const [giver, taker] = [connections[from]!, connections[to]!];
      await giver.set(account, (await giver.get(account)) - amount);
      await taker.set(account, (await taker.get(account)) + amount);
      for (const connection of [giver, taker]) await connection.set(id, (await connection.get(id)) + 1);
      return `attempt ${attempt}`;
    },
    workTimeout: '200ms',
    beginTimeout: '100ms',
    voteTimeout: '100ms',
    finishTimeout: '100ms',
    alarmAfter: '1s',
    attempts: 4,
    sweep: { every: '300ms', timeout: '100ms' },
  });
}

function newDatabase(name: string): MemoryDatabase {
  const database = new MemoryDatabase();
  for (const account of accounts) database.set(account, before);
  if (name !== foreign.resource) return database;
  const session = database.open({});
  database.write(session, 'foreign', 1);
  database.prepare(session, foreign);
  return database;
}

function someTransfers(random: Random): readonly TimedOperation<Transfer>[] {
  return Array.from({ length: 12 }, (_, index) => {
    const from = random.below(databases.length);
    const to = (from + 1 + random.below(databases.length - 1)) % databases.length;
    return {
      at: 100_000 + index * 250_000 + random.below(200_000),
      client: `client-${index % 3}`,
      operation: {
        id: `transfer-${index}`,
        from: databases[from]!,
        to: databases[to]!,
        account: accounts[random.below(accounts.length)]!,
        amount: 1 + random.below(9),
        at: workers[random.below(workers.length)]!,
      },
    };
  });
}

function runOf({ memory }: TransferState, id: string) {
  return memory.state.table.find(id);
}

function ownInDoubt({ databases: all }: TransferState): string[] {
  return Object.values(all)
    .flatMap(({ prepared }) => prepared)
    .map(({ transaction }) => transaction)
    .filter((transaction) => transaction !== foreign.transaction);
}

/** What is wrong with the money, the transfers or the branches; undefined when nothing is. */
function finding(state: TransferState): string | undefined {
  const { databases: all, asked } = state;
  for (const account of accounts) {
    const sum = databases.reduce((total, name) => total + all[name]!.value(account), 0);
    if (sum !== before * databases.length) return `there is ${sum} of ${account}`;
  }
  for (const { id, from, to } of asked.values()) {
    const applied = databases.map((name) => all[name]!.value(id));
    const run = runOf(state, id);
    const outcome = run?.status === 'ended' ? outcomeOf(run.records) : undefined;
    const wanted = databases.map((name) =>
      outcome?.status === 'committed' && (name === from || name === to) ? 1 : 0,
    );
    if (applied.join() !== wanted.join()) {
      return `${id} was done ${applied.join(', ')} times, but it is ${outcome?.status ?? 'not there'}`;
    }
    if (outcome !== undefined && outcome.heuristics.length > 0) return `${id} has a heuristic outcome`;
  }
  if (!all[foreign.resource]!.prepared.some(({ transaction }) => transaction === foreign.transaction)) {
    return 'the foreign branch is gone';
  }
  const left = ownInDoubt(state);
  return left.length === 0 ? undefined : `in doubt: ${left.join(', ')}`;
}
