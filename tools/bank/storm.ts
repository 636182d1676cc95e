import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, seededRandom } from '@holdfast/core';
import { type AuditReport, audit } from './audit.ts';
import { accountsPerBank, bankNames } from './bank.ts';
import type { BankServers } from './bank-servers.ts';
import type { Kind } from './boundaries.ts';
import { Teller } from './teller.ts';
import type { LedgerPlace, TransferOrder } from './teller-process.ts';
import type { Transfer } from './transfers.ts';

/** What is done to a bank while it works. */
export interface StormOptions {
  readonly servers: BankServers;
  readonly ledger: LedgerPlace;
  readonly seed: string;
  /** Tellers on the one ledger: 1 on a folder. */
  readonly tellers: number;
  /** Of tellers and of servers, by turns of chance. */
  readonly kills: number;
  readonly kinds: readonly Kind[];
}

export interface StormReport extends AuditReport {
  readonly orders: number;
  readonly tellersKilled: number;
  readonly serversKilled: number;
}

/** Orders transfers all the time, kills at random, and audits the banks when all is calm again. */
export async function storm(options: StormOptions): Promise<StormReport> {
  const { servers, ledger, seed, kills, kinds } = options;
  const random = seededRandom(seed);
  const accepted = new Set<string>();
  const start = () => Teller.start(servers.teller, { urls: servers.urls, ledger }, accepted);
  const tellers = await Promise.all(Array.from({ length: options.tellers }, start));
  const orders: TransferOrder[] = [];
  let raging = true;
  const ordering = (async () => {
    while (raging) {
      const teller = tellers[random.below(tellers.length)]!;
      if (teller.isAlive) {
        const order = randomOrder(random, `${seed}-${orders.length}`, kinds);
        orders.push(order);
        teller.order(order);
      }
      await sleep(20);
    }
  })();
  let serversKilled = 0;
  try {
    for (let kill = 0; kill < kills; kill++) {
      await sleep(200 + random.below(800));
      if (random.below(3) === 0) {
        const name = bankNames[random.below(bankNames.length)]!;
        await servers.kill(name);
        serversKilled++;
        await sleep(random.below(300));
        await servers.startOne(name);
      } else await tellers[random.below(tellers.length)]!.kill();
      // A teller also ends by itself, when its ledger is out of reach for too long.
      for (const [place, teller] of tellers.entries()) if (!teller.isAlive) tellers[place] = await start();
    }
    raging = false;
    await ordering;
    const outcomes = await outcomesOf(tellers, orders, start);
    const report = await audit(servers.urls, orders, outcomes, accepted);
    return { ...report, orders: orders.length, serversKilled, tellersKilled: kills - serversKilled };
  } finally {
    raging = false;
    await Promise.all(tellers.map((teller) => teller.kill()));
  }
}

/** How all have ended. Asked again of another teller when the one that was asked leaves. */
async function outcomesOf(
  tellers: Teller[],
  orders: readonly TransferOrder[],
  start: () => Promise<Teller>,
): Promise<Readonly<Record<string, string>>> {
  for (let attempt = 1; ; attempt++) {
    if (!tellers[0]!.isAlive) tellers[0] = await start();
    try {
      return await tellers[0]!.outcomes(orders);
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

function randomOrder(random: Random, id: string, kinds: readonly Kind[]): TransferOrder {
  const from = bankNames[random.below(bankNames.length)]!;
  const others = bankNames.filter((name) => name !== from);
  const transfer: Transfer = {
    from,
    to: others[random.below(others.length)]!,
    fromAccount: 1 + random.below(accountsPerBank),
    toAccount: 1 + random.below(accountsPerBank),
    amount: 1 + random.below(9),
    refused: random.below(5) === 0,
  };
  return { id, kind: kinds[random.below(kinds.length)]!, transfer };
}
