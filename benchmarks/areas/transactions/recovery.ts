import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger, saga } from '@holdfast/transactions';
import { folderEngine } from '@holdfast/transactions/node';
import type { LoadRound, Workload } from '../../harness/area.ts';
import { folderOnDisk } from '../../harness/folder-on-disk.ts';
import { oneMore } from './three-steps.ts';

const sagas = 100_000;

/** Each has done a step, and waits. */
const order = saga<number>('order', { version: 1 })
  .step('reserve', { do: (c) => oneMore(c.input), undo: () => {} })
  .wait('payment')
  .pivot('charge', { do: (c) => oneMore(c.reserve) });

/** Seconds from opening a ledger with sagas in flight until every one of them goes on. */
export async function resumedSagas(scale: number): Promise<Workload> {
  const path = mkdtempSync(join(folderOnDisk(), 'bench-recovery-'));
  const count = Math.round(sagas * scale);
  const open = () => openLedger({ engine: folderEngine(path), definitions: [order] });
  const before = await open();
  const batch = 1_000;
  for (let first = 0; first < count; first += batch) {
    const starts = Array.from({ length: batch }, (_, index) =>
      before.start(order, first + index, { id: `order-${first + index}` }),
    );
    await Promise.all(starts);
  }
  await before.close();
  return {
    async run(): Promise<LoadRound> {
      const memory = process.memoryUsage().rss;
      const begun = performance.now();
      const ledger = await open();
      while (ledger.figures.recovered < count) await new Promise((resolve) => setImmediate(resolve));
      const seconds = (performance.now() - begun) / 1_000;
      const grown = (process.memoryUsage().rss - memory) / count;
      await ledger.close();
      return { value: seconds, beside: { sagas: count, 'bytes a saga': grown } };
    },
    async stop() {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
