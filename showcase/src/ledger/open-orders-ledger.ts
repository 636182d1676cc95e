import { type AnyRunDefinition, type Ledger, ledgerLost, openLedger } from '@holdfast/transactions';
import { ordersLedger } from './orders-ledger.ts';

/** Beyond this no order is accepted any more: what cannot be carried out must not be promised. */
const runsMax = 20_000;

/** Opens the ledger of the orders in the process that sees them through, which ends when it loses it. */
export function openOrdersLedger(store: readonly string[], definition: AnyRunDefinition): Promise<Ledger> {
  // As with a book that cannot be written: the next life goes on from what the store really holds.
  ledgerLost.subscribe(({ error }) => {
    process.stderr.write(`the ledger is lost, so this service ends: ${String(error)}\n`);
    process.exit(1);
  });
  return openLedger({ engine: ordersLedger(store).engine, definitions: [definition], runsMax });
}
