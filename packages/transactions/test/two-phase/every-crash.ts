import type { TransactionOutcome } from '../../src/index.ts';
import { readTransaction } from '../../src/two-phase/transaction-state.ts';
import { type BankCase, BankUnderTest, sweep } from './bank.ts';

export const bankCases: readonly BankCase[] = [
  { name: 'two databases', databases: { a: {}, b: {} }, outcomes: 'committed' },
  { name: 'three databases', databases: { a: {}, b: {}, c: {} }, outcomes: 'committed' },
  {
    name: 'two databases without marks',
    databases: { a: { settle: false }, b: { settle: false } },
    outcomes: 'committed',
  },
  { name: 'one database', databases: { a: {} }, outcomes: 'committed' },
  {
    name: 'one that writes and one that only reads',
    databases: { a: {}, b: { reads: true } },
    outcomes: 'committed',
  },
  {
    name: 'one that writes without marks',
    databases: { a: { settle: false }, b: { reads: true } },
    outcomes: 'committed',
  },
  {
    name: 'two that only read',
    databases: { a: { reads: true }, b: { reads: true } },
    outcomes: 'committed',
  },
  { name: 'a last resource', databases: { a: {}, b: { prepare: false } }, outcomes: 'committed' },
  {
    name: 'a last resource and two others',
    databases: { a: {}, b: { prepare: false }, c: {} },
    outcomes: 'committed',
  },
  {
    name: 'a last resource that only reads',
    databases: { a: {}, b: { prepare: false, reads: true } },
    outcomes: 'committed',
  },
  { name: 'work that fails', databases: { a: {}, b: {} }, fails: true, outcomes: 'rolled-back' },
  { name: 'one attempt only', databases: { a: {}, b: {} }, attempts: 1, outcomes: 'committed rolled-back' },
];

/** The transfer with its coordinators ending at these boundaries, one after another. What is wrong in the end. */
async function transferThrough(bankCase: BankCase, ends: readonly number[]): Promise<Passage> {
  const bank = new BankUnderTest(bankCase);
  let outcome: TransactionOutcome<string> | undefined;
  let crossed = 0;
  let known = false;
  let finding: string | undefined;
  for (const endsAt of [...ends, Number.POSITIVE_INFINITY]) {
    const life = bank.life(endsAt);
    const transfer = bank.definition(life);
    let over = false;
    const going = goThrough().then(() => {
      over = true;
    });
    await bank.pass('10s');
    crossed = life.crossed;
    if (!life.dead) {
      if (!over) return { finding: 'it does not end', outcome, crossed };
      await going;
      break;
    }

    async function goThrough(): Promise<void> {
      const ledger = await bank.open(life, transfer);
      const found = await ledger.find(transfer, 'transfer-1');
      // Whoever has asked for it does not ask again: what was not accepted is not there.
      if (found === undefined && known) return;
      const run = found ?? (await ledger.start(transfer, { amount: 10 }, { id: 'transfer-1' }));
      known = true;
      outcome = await run.result;
      // Whoever reads its outcome finds it done: nothing is left to the sweep but what is to be rolled back.
      finding ??= bank.moneyFindings(outcome);
      await sweep(ledger, transfer, bank.world);
      const stored = await ledger.read('transfer-1');
      await ledger.close();
      const { phase } = readTransaction(stored!.records);
      if (phase !== 'ended') throw new Error(`it is ${phase}`);
    }
  }
  return { finding: finding ?? bank.findings(outcome), outcome, crossed };
}

interface Passage {
  /** What is wrong in the end; undefined when nothing is. */
  readonly finding: string | undefined;
  readonly outcome: TransactionOutcome<string> | undefined;
  /** By the last life. */
  readonly crossed: number;
}

/** Every crash point, and every pair of them: the second one is of the process that takes over. */
export async function everyCrash(bankCase: BankCase, pairs: boolean): Promise<EveryCrash> {
  const outcomes = new Set<string>();
  let passages = 0;
  const pass = async (ends: readonly number[]): Promise<number> => {
    const { finding, outcome, crossed } = await transferThrough(bankCase, ends);
    if (finding !== undefined || outcome === undefined) {
      throw new Error(`${bankCase.name}, ended at ${ends.join(' and ')}: ${finding ?? 'no outcome'}`);
    }
    outcomes.add(outcome.status);
    passages++;
    return crossed;
  };
  const boundaries = await pass([]);
  for (let first = 1; first <= boundaries; first++) {
    const later = await pass([first]);
    for (let second = 1; pairs && second <= later; second++) await pass([first, second]);
  }
  return { passages, outcomes: [...outcomes].sort().join(' ') };
}

export interface EveryCrash {
  readonly passages: number;
  readonly outcomes: string;
}
