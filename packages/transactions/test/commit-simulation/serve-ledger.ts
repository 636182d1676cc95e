import { isHoldfastError, sleep } from '@holdfast/core';
import type { HostContext } from '@holdfast/simulation';
import {
  type AnyRunDefinition,
  type Ledger,
  type LedgerMemory,
  memoryEngine,
  openLedger,
} from '../../src/index.ts';

/** Serves a ledger in memory, and opens it anew whenever this worker's runs were taken over. `serve` is told of each. */
export async function serveLedger(
  context: HostContext,
  memory: LedgerMemory,
  definitions: readonly AnyRunDefinition[],
  serve: (ledger: Ledger) => void,
): Promise<never> {
  for (;;) {
    const engine = memoryEngine({ memory, world: context, lease: '400ms', latency: '1ms' });
    const ledger = await openLedger({ engine, definitions, world: context });
    context.note(`serves the ledger under epoch ${ledger.epoch}`);
    serve(ledger);
    while (await isOpen(ledger)) await sleep('50ms', { world: context });
    context.note(`has lost epoch ${ledger.epoch}`);
  }
}

async function isOpen(ledger: Ledger): Promise<boolean> {
  try {
    await ledger.list({ limit: 1 });
    return true;
  } catch (error) {
    return isHoldfastError(error) && error.code === 'LEDGER_UNAVAILABLE';
  }
}
