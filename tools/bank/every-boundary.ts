import { type AuditReport, audit } from './audit.ts';
import { type BankName, bankNames } from './bank.ts';
import type { BankServers } from './bank-servers.ts';
import { boundariesOf, type Kind } from './boundaries.ts';
import { Teller } from './teller.ts';
import type { LedgerPlace, TransferOrder } from './teller-process.ts';

/** A transfer may end before it comes to where a server is to be killed, but not so many times. */
const attemptsMax = 5;

/** A transfer, and where its teller dies or a server does. */
export interface Trial {
  readonly order: TransferOrder;
  readonly boundary: string;
}

/** Every boundary of a transfer by `kind` that moves money from `from` to `to`, and of one that is refused. `name` begins ids. */
export function trialsOf(name: string, kind: Kind, from: BankName, to: BankName): Trial[] {
  return [false, true].flatMap((refused) =>
    boundariesOf(kind, from, to, refused).map((boundary) => ({
      boundary,
      order: {
        id: `${name}-${boundary.replaceAll(' ', '-')}`,
        kind,
        transfer: { from, to, fromAccount: 1, toAccount: 2, amount: 5, refused },
      },
    })),
  );
}

/**
 * Carries out a transfer for each trial, and kills its teller there. On a shared ledger another one stands by, which takes
 * the transfer over; otherwise the next one that opens the ledger does.
 */
export async function killTellers(
  servers: BankServers,
  ledger: LedgerPlace,
  trials: readonly Trial[],
): Promise<AuditReport> {
  const accepted = new Set<string>();
  const start = () => Teller.start(servers.teller, { urls: servers.urls, ledger }, accepted);
  const shared = 'postgres' in ledger;
  let acting = await start();
  let next = shared ? await start() : undefined;
  const outcomes: Record<string, string> = {};
  try {
    for (const { order, boundary } of trials) {
      acting.arm({ at: boundary, then: 'die' });
      acting.order(order);
      await acting.ended();
      acting = next ?? (await start());
      next = shared ? await start() : undefined;
      Object.assign(outcomes, await acting.outcomes([order]));
    }
    const orders = trials.map(({ order }) => order);
    return await audit(servers.urls, orders, outcomes, accepted);
  } finally {
    await Promise.all([acting.kill(), next?.kill()]);
  }
}

/** Carries out a transfer for each trial, and kills every database server in turn while the transfer is there. */
export async function killServers(
  servers: BankServers,
  ledger: LedgerPlace,
  trials: readonly Trial[],
): Promise<AuditReport> {
  const accepted = new Set<string>();
  const teller = await Teller.start(servers.teller, { urls: servers.urls, ledger }, accepted);
  const outcomes: Record<string, string> = {};
  const orders: TransferOrder[] = [];
  try {
    for (const [index, trial] of trials.entries()) {
      const name = bankNames[index % bankNames.length]!;
      for (let isThere = false, attempt = 1; !isThere; attempt++) {
        if (attempt > attemptsMax) throw new Error(`no transfer came to '${trial.boundary}'`);
        // A connection that a server has closed may be found out only now: then the transfer ends early, and another is made.
        const order = { ...trial.order, id: `${trial.order.id}-${attempt}` };
        orders.push(order);
        teller.arm({ at: trial.boundary, then: 'wait' });
        const there = teller.reached().then(() => true);
        teller.order(order);
        isThere = await Promise.race([there, teller.outcomes([order]).then(() => false)]);
        if (isThere) {
          await servers.kill(name);
          await servers.startOne(name);
          teller.goOn();
        }
        Object.assign(outcomes, await teller.outcomes([order]));
      }
    }
    return await audit(servers.urls, orders, outcomes, accepted);
  } finally {
    await teller.kill();
  }
}
