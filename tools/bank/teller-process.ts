// A process that carries out transfers for the bank, and dies where it is told to.
import { isHoldfastError } from '@holdfast/core';
import { postgresLedger } from '@holdfast/postgres';
import { type Ledger, openLedger } from '@holdfast/transactions';
import { folderEngine } from '@holdfast/transactions/node';
import { type BankUrls, postgresPool } from './bank.ts';
import type { Kind } from './boundaries.ts';
import { type Transfer, transfers } from './transfers.ts';

/** Where a teller keeps its ledger. */
export type LedgerPlace = { readonly folder: string } | { readonly postgres: string };

export interface TellerStart {
  readonly urls: BankUrls;
  readonly ledger: LedgerPlace;
}

export interface TransferOrder {
  readonly id: string;
  readonly kind: Kind;
  readonly transfer: Transfer;
}

/** `die`: by SIGKILL. `wait`: says that it is there, and goes on when it is told to. */
export interface Arm {
  readonly at: string;
  readonly then: 'die' | 'wait';
}

export type ToTeller =
  | { readonly start: TellerStart }
  | { readonly order: TransferOrder }
  | { readonly arm: Arm }
  | { readonly goOn: true }
  /** How did they end? Answered when they have. */
  | { readonly ask: readonly Pick<TransferOrder, 'id' | 'kind'>[] };

export type FromTeller =
  | { readonly ready: true }
  | { readonly accepted: string }
  | { readonly reached: string }
  | { readonly outcomes: Readonly<Record<string, string>> }
  | { readonly trouble: string };

const say = (message: FromTeller): void => void process.send?.(message);
const leave = (error: unknown): void => {
  say({ trouble: isHoldfastError(error) ? `${error.code}: ${error.message}` : String(error) });
  setImmediate(() => process.exit(1));
};
process.on('unhandledRejection', leave);

let armed: Arm | undefined;
let goOn = (): void => {};

async function reach(boundary: string): Promise<void> {
  if (armed?.at !== boundary) return;
  const { then } = armed;
  armed = undefined;
  if (then === 'die') process.kill(process.pid, 'SIGKILL');
  const waited = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  say({ reached: boundary });
  await waited;
}

async function serve({ urls, ledger: place }: TellerStart): Promise<void> {
  const definitions = transfers(urls, reach);
  const engine =
    'folder' in place
      ? folderEngine(place.folder)
      : postgresLedger({ pool: postgresPool(place.postgres), lease: '2s', answerTimeout: '1s' });
  const ledger = await openLedger({ engine, definitions: Object.values(definitions) });
  const starting = new Set<Promise<void>>();
  process.on('message', (message: ToTeller) => {
    if ('order' in message) {
      const started = start(ledger, message.order).catch(leave);
      starting.add(started);
      void started.then(() => starting.delete(started));
    }
    if ('ask' in message) void outcomes(ledger, message.ask).then((found) => say({ outcomes: found }), leave);
  });

  async function start(on: Ledger, { id, kind, transfer }: TransferOrder): Promise<void> {
    const run = await on.start(definitions[kind], transfer as never, { id }).catch((error) => {
      if (!isHoldfastError(error) || error.code !== 'LEDGER_UNAVAILABLE') throw error;
    });
    if (run === undefined) return;
    say({ accepted: id });
    run.result.catch(leave);
  }

  async function outcomes(
    on: Ledger,
    asked: readonly Pick<TransferOrder, 'id' | 'kind'>[],
  ): Promise<Record<string, string>> {
    // What was ordered before it is asked about has either begun by now, or never does.
    await Promise.all(starting);
    const found = asked.map(async ({ id, kind }) => {
      const run = await on.find(definitions[kind], id);
      const outcome = (await run?.result) as { status: string } | undefined;
      return [id, outcome?.status ?? 'unknown'];
    });
    return Object.fromEntries(await Promise.all(found));
  }
}

process.on('message', (message: ToTeller) => {
  if ('arm' in message) armed = message.arm;
  if ('goOn' in message) goOn();
  if ('start' in message) serve(message.start).then(() => say({ ready: true }), leave);
});
process.on('disconnect', () => process.exit(0));
