import type { Compare, Entry } from '@holdfast/coordination';
import { ledgerFenced } from '../../../ledger/ledger-errors.ts';
import { after } from '../ledger-keys.ts';
import { headBytes, type RunHead, readCarried, readHead } from '../run-head.ts';
import { isTooLarge } from '../store-failure.ts';
import type { ReadingPlace } from '../stored-data.ts';
import { type Committed, commitOverhead, type FencedCommits } from './fenced-commits.ts';
import { StoreRun } from './store-run.ts';

export interface AdoptingWorker {
  readonly life: string;
  readonly epoch: number;
  readonly types: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** Heads that are looked at at once. */
const pageSize = 500;

interface Orphan {
  readonly entry: Entry;
  readonly head: RunHead;
}

/**
 * Makes the runs whose worker's keys are gone those of this worker, many in each transaction. Its comparisons hold for one
 * worker only: who comes second looks again. A worker whose key is gone changes nothing any more, so that what a run has
 * can be read afterwards.
 *
 * @throws HoldfastError LEDGER_FENCED when this worker's own key is gone.
 */
export async function* adoptRuns(
  { store, keys }: ReadingPlace,
  commits: FencedCommits,
  worker: AdoptingWorker,
): AsyncGenerator<{ readonly revision: number; readonly runs: readonly StoreRun[] }, void> {
  const { signal } = worker;
  let comparesMax = store.capabilities.transactionOperationsMax - commitOverhead;
  for (let last: string | undefined; ; ) {
    const page = await store.range(keys.open, { after: last, limit: pageSize, signal });
    const { entries: workers } = await store.range(keys.workers, { signal });
    const living = new Set(workers.map(({ key }) => after(keys.workers, key)));
    if (!living.has(worker.life)) throw ledgerFenced(worker.epoch);
    let orphans = page.entries
      .map((entry) => ({ entry, head: readHead(entry) }))
      .filter(({ head }) => worker.types.has(head.type) && !living.has(head.worker));
    let conflict = false;
    while (orphans.length > 0 && !conflict) {
      const batch = takeOrphans(orphans, comparesMax);
      const committed = await take(batch);
      if (committed === 'too large') {
        comparesMax = Math.ceil(comparesOf(batch).length / 2);
        continue;
      }
      orphans = orphans.slice(batch.length);
      const { succeeded, revision } = committed;
      conflict = !succeeded;
      if (succeeded) {
        const runs = batch.map(({ entry, head }) => {
          return new StoreRun(after(keys.open, entry.key), head, readCarried(entry).first);
        });
        yield { revision, runs };
      }
    }
    if (conflict) continue;
    if (!page.more) return;
    last = page.entries.at(-1)!.key;
  }

  async function take(batch: readonly Orphan[]): Promise<Committed | 'too large'> {
    try {
      return await commits.commit({
        compare: comparesOf(batch),
        then: batch.map(({ entry, head }) => {
          return {
            do: 'put',
            key: entry.key,
            value: headBytes({ ...head, worker: worker.life }, readCarried(entry)),
          };
        }),
        else: [],
      });
    } catch (error) {
      if (isTooLarge(error) && batch.length > 1) return 'too large';
      throw error;
    }
  }

  function comparesOf(batch: readonly Orphan[]): Compare[] {
    const dead = new Set(batch.map(({ head }) => head.worker));
    const absent = [...dead].map((name) => keys.worker(name));
    return [
      ...absent.map((key) => ({ key, target: 'createRevision', is: '=', value: 0 }) as const),
      ...batch.map(({ entry: { key, modRevision: value } }) => {
        return { key, target: 'modRevision', is: '=', value } as const;
      }),
    ];
  }
}

/** As many as one transaction can compare, with the key of each of their workers; one at least. */
function takeOrphans(orphans: readonly Orphan[], comparesMax: number): readonly Orphan[] {
  const dead = new Set<string>();
  let count = 0;
  for (const { head } of orphans) {
    dead.add(head.worker);
    if (count > 0 && count + 1 + dead.size > comparesMax) break;
    count++;
  }
  return orphans.slice(0, count);
}
