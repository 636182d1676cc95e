import { type Duration, ManualWorld, type World } from '@holdfast/core';
import {
  type BranchId,
  branchText,
  type Ledger,
  LedgerMemory,
  openLedger,
  type Resource,
  sweepBranches,
  type TransactionOutcome,
  type TwoPhaseDefinition,
  twoPhase,
} from '../../src/index.ts';
import {
  type MemoryConnection,
  MemoryDatabase,
  type MemoryResourceOptions,
} from '../../src/testkit/index.ts';
import { crashingEngine } from '../crash/crashing-ledger.ts';
import { Life } from '../crash/life.ts';
import { crashingResource } from './crashing-resource.ts';

export interface Transfer {
  readonly amount: number;
}

/** Which accounts a transfer is about, and what its databases can do. */
export interface BankCase {
  readonly name: string;
  /** What each database can do; by default both. `reads`: the transfer only looks there. */
  readonly databases: Readonly<Record<string, Partial<Resource['abilities']> & { readonly reads?: boolean }>>;
  /** The work throws once it is done. */
  readonly fails?: boolean;
  readonly attempts?: number;
  /** How it may end. */
  readonly outcomes: string;
}

export type Bank = Readonly<Record<string, Resource<MemoryConnection>>>;
export type TransferDefinition = TwoPhaseDefinition<Transfer, string>;

const before = 100;
const foreign: BranchId = { transaction: 'hf-of-another-house', resource: 'elsewhere' };

/** Databases with an account each, a ledger, and the coordinators that come and go. */
export class BankUnderTest {
  readonly world: ManualWorld = new ManualWorld();
  readonly memory: LedgerMemory = new LedgerMemory();
  readonly databases: Readonly<Record<string, MemoryDatabase>>;
  readonly #case: BankCase;

  constructor(bankCase: BankCase) {
    this.#case = bankCase;
    this.databases = Object.fromEntries(
      Object.keys(bankCase.databases).map((name) => [name, new MemoryDatabase()]),
    );
    for (const database of Object.values(this.databases)) {
      database.set('account', before);
      const session = database.open({});
      database.write(session, 'foreign', 1);
      database.prepare(session, foreign);
    }
  }

  /** The transfer as a process of that life has it: it takes from the first and gives to all others. */
  definition(life: Life, options: Partial<MemoryResourceOptions> = {}): TransferDefinition {
    const resources: Record<string, Resource<MemoryConnection>> = {};
    for (const [name, { prepare = true, settle = true }] of Object.entries(this.#case.databases)) {
      const database = this.databases[name]!;
      const abilities = { prepare, settle };
      resources[name] = crashingResource(life, { name, database, abilities, world: this.world, ...options });
    }
    return transferOf(resources, this.#case);
  }

  /** Starts a process, and ends it at its `endsAt`th boundary. */
  life(endsAt: number = Number.POSITIVE_INFINITY): Life {
    const life = new Life(endsAt, () => {
      this.memory.crash();
      for (const database of Object.values(this.databases)) database.restart();
    });
    return life;
  }

  open(life: Life, transfer: TransferDefinition): Promise<Ledger> {
    const engine = crashingEngine(life, this.memory, this.world);
    return openLedger({ engine, definitions: [transfer], world: this.world, closeTimeout: 0 });
  }

  /** Lets time pass until nothing happens any more, for as long as `duration`. */
  pass(duration: Duration): Promise<void> {
    return this.world.advance(duration);
  }

  /** What is wrong with the accounts; undefined when nothing is. */
  moneyFindings(outcome: TransactionOutcome<string> | undefined): string | undefined {
    const writers = Object.keys(this.#case.databases).filter((name) => !this.#case.databases[name]!.reads);
    const committed = outcome?.status === 'committed';
    for (const [index, name] of writers.entries()) {
      const database = this.databases[name]!;
      const given = index === 0 ? -10 * (writers.length - 1) : 10;
      const wanted = before + (committed ? given : 0);
      const value = database.value('account');
      if (value !== wanted) return `${name} has ${value}, but ${outcome?.status ?? 'no run'} means ${wanted}`;
    }
    return undefined;
  }

  /** What is wrong now that all has been recovered; undefined when nothing is. */
  findings(outcome: TransactionOutcome<string> | undefined): string | undefined {
    const money = this.moneyFindings(outcome);
    if (money !== undefined) return money;
    for (const [name, database] of Object.entries(this.databases)) {
      const own = database.prepared.filter(({ transaction }) => transaction !== foreign.transaction);
      if (own.length > 0) return `${name} has in doubt ${own.map(branchText).join(', ')}`;
      if (own.length === database.prepared.length) return `${name} has lost a foreign branch`;
      if (database.openSessions > 0) return `${name} has ${database.openSessions} open sessions`;
    }
    return undefined;
  }
}

function transferOf(resources: Bank, { databases, fails, attempts }: BankCase): TransferDefinition {
  return twoPhase('transfer', {
    resources,
    // Each crash point is where the coordinator is.
    sweep: false,
    ...(attempts !== undefined && { attempts }),
    work: async (connections, { amount }: Transfer, { attempt }) => {
      const names = Object.keys(databases);
      const writers = names.filter((name) => !databases[name]!.reads);
      for (const name of names) {
        const connection = connections[name]!;
        const value = await connection.get('account');
        if (databases[name]!.reads) continue;
        const given = name === writers[0] ? -amount * (writers.length - 1) : amount;
        await connection.set('account', value + given);
      }
      if (fails) throw new Error('not enough money');
      return `attempt ${attempt}`;
    },
  });
}

/** Sweeps once, as a process that lives on would do from time to time. */
export async function sweep(ledger: Ledger, transfer: TransferDefinition, world: World): Promise<void> {
  await using sweeper = sweepBranches({ ledger, resources: transfer.resources, every: '1d', world });
  await sweeper.sweep();
}
