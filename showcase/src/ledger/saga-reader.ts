import type { RunFilter, RunSummary } from '@holdfast/transactions';
import { type OrdersLedger, ordersLedger } from './orders-ledger.ts';

/** What became of the orders' sagas. */
export interface SagaCount {
  readonly committed: number;
  readonly rolledBack: number;
  /** Waiting for an operator. */
  readonly stuck: number;
  /** On their way still. */
  readonly running: number;
}

/** Looks into the ledger of a shop from outside: asks the store in which it is. */
export class SagaReader {
  private readonly ledger: OrdersLedger;

  /** @param store - its endpoints. */
  constructor(store: readonly string[]) {
    this.ledger = ordersLedger(store);
  }

  async count(): Promise<SagaCount> {
    const count = { committed: 0, rolledBack: 0, stuck: 0, running: 0 };
    for (const { status, note } of await this.list({})) {
      if (status !== 'ended') count[status]++;
      else if (note === 'committed') count.committed++;
      else count.rolledBack++;
    }
    return count;
  }

  /** Baskets of which an order is on its way. */
  async underWay(): Promise<ReadonlySet<string>> {
    const running = await this.list({ status: 'running' });
    return new Set(running.map(({ id }) => id.slice(0, id.lastIndexOf('.'))));
  }

  close(): Promise<void> {
    return this.ledger.store.close();
  }

  /** As often as it takes to be answered: a store that has just lost its leader gives none for a while. */
  private async list(filter: RunFilter): Promise<readonly RunSummary[]> {
    for (const from = performance.now(); ; ) {
      try {
        return await this.listOnce(filter);
      } catch (error) {
        if (performance.now() - from > patienceMillis) throw error;
      }
    }
  }

  private async listOnce(filter: RunFilter): Promise<readonly RunSummary[]> {
    const visit = await this.ledger.engine.visit();
    try {
      const runs: RunSummary[] = [];
      let after: string | undefined;
      do {
        const page = await visit.list({ ...filter, after, limit: 1_000 }, AbortSignal.timeout(askMillis));
        runs.push(...page.runs);
        after = page.next;
      } while (after !== undefined);
      return runs;
    } finally {
      await visit.close();
    }
  }
}

/** How long an answer may take. */
const askMillis = 5_000;
/** How long it is asked for. */
const patienceMillis = 60_000;
