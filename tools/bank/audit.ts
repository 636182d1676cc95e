import { setTimeout as sleep } from 'node:timers/promises';
import {
  accountsPerBank,
  type BankName,
  type BankUrls,
  bankNames,
  moneyPerAccount,
  openBank,
} from './bank.ts';
import { foreignBranch } from './bank-servers.ts';
import type { TransferOrder } from './teller-process.ts';

/** What an audit has counted. */
export interface AuditReport {
  readonly committed: number;
  readonly rolledBack: number;
  /** Nobody was told that they were accepted, and they were not. */
  readonly neverAccepted: number;
  /** What is not as it should be. */
  readonly problems: readonly string[];
}

const patience = 20_000;

/** Looks at all the banks once every transfer has ended: `outcomes` says how, by its id. */
export async function audit(
  urls: BankUrls,
  orders: readonly TransferOrder[],
  outcomes: Readonly<Record<string, string>>,
  accepted: ReadonlySet<string>,
): Promise<AuditReport> {
  const problems: string[] = [];
  const moved = new Map<BankName, Map<string, number>>();
  let sum = 0;
  for (const name of bankNames) {
    const bank = openBank(name, urls[name]);
    try {
      const left = await otherBranches(() => bank.inDoubt());
      if (left.length > 0) problems.push(`${name} has branches in doubt: ${left.join(', ')}`);
      if (!(await bank.inDoubt()).includes(foreignBranch)) problems.push(`${name} has lost a foreign branch`);
      await bank.transact(async (sql) => {
        for (const { id, balance, reserved } of await sql('SELECT id, balance, reserved FROM accounts')) {
          sum += Number(balance);
          if (Number(balance) < 0) problems.push(`account ${id} of ${name} has ${balance}`);
          if (Number(reserved) !== 0) problems.push(`account ${id} of ${name} has ${reserved} reserved`);
        }
        const rows = await sql('SELECT run, SUM(amount) AS amount FROM entries GROUP BY run');
        moved.set(name, new Map(rows.map(({ run, amount }) => [String(run), Number(amount)])));
      });
    } finally {
      await bank.close();
    }
  }
  const all = bankNames.length * accountsPerBank * moneyPerAccount;
  if (sum !== all) problems.push(`the banks have ${sum} together, and should have ${all}`);
  for (const { id, transfer } of orders) {
    const outcome = outcomes[id];
    const expected = outcome === 'committed' ? transfer.amount : 0;
    const [out, into] = [moved.get(transfer.from)!.get(id) ?? 0, moved.get(transfer.to)!.get(id) ?? 0];
    if (out + expected !== 0 || into !== expected) {
      problems.push(`${id} is ${outcome}: ${out} at ${transfer.from}, ${into} at ${transfer.to}`);
    }
    if (transfer.refused && outcome === 'committed') problems.push(`${id} is committed, though refused`);
    if (accepted.has(id) && outcome === 'unknown') problems.push(`${id} was accepted, and is lost`);
  }
  const count = (outcome: string): number => orders.filter(({ id }) => outcomes[id] === outcome).length;
  return {
    committed: count('committed'),
    rolledBack: count('rolled-back'),
    neverAccepted: count('unknown'),
    problems,
  };
}

/** The branches in doubt that are still there when the sweep has had its time. */
async function otherBranches(inDoubt: () => Promise<string[]>): Promise<string[]> {
  for (let waited = 0; ; waited += 100) {
    const left = (await inDoubt()).filter((name) => name !== foreignBranch);
    if (left.length === 0 || waited >= patience) return left;
    await sleep(100);
  }
}
