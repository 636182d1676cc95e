import type { Entry, Operation, Transaction } from '@holdfast/coordination';
import type { Retention } from '../../retention.ts';
import { after, readEndKey } from '../ledger-keys.ts';
import { isTooLarge } from '../store-failure.ts';
import type { ReadingPlace } from '../stored-data.ts';

/** What of a run is deleted. */
const operationsOfOne = 5;
const pageSize = 1_000;

/** Those that have ended and are kept. */
async function countEnded({ store, keys }: ReadingPlace, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (let last: string | undefined; ; ) {
    const { entries, more } = await store.range(keys.ends, { after: last, limit: pageSize, signal });
    count += entries.length;
    if (!more) return count;
    last = entries.at(-1)!.key;
  }
}

/**
 * Forgets the runs whose time is over, the earliest ends first. Several workers may do so at once: what another one has
 * forgotten is compared with, so that a later run of the same id is not hit.
 */
export async function forgetEnded(
  { store, keys }: ReadingPlace,
  { retention, wall }: { readonly retention: Retention; readonly wall: number },
  signal: AbortSignal,
): Promise<void> {
  let limit = Math.floor(store.capabilities.transactionOperationsMax / operationsOfOne);
  for (let kept = await countEnded({ store, keys }, signal); ; ) {
    const { entries } = await store.range(keys.ends, { limit, signal });
    const over = entries.filter(({ key }, index) =>
      retention.isOver(readEndKey(after(keys.ends, key)).at, kept - index, wall),
    );
    if (over.length === 0) return;
    let succeeded = false;
    try {
      ({ succeeded } = await store.transact(forgetting(over), { signal }));
    } catch (error) {
      if (!isTooLarge(error) || over.length === 1) throw error;
      limit = Math.ceil(over.length / 2);
    }
    if (succeeded) kept -= over.length;
  }

  function forgetting(over: readonly Entry[]): Transaction {
    return {
      compare: over.map(({ key, createRevision: value }) => {
        return { key, target: 'createRevision', is: '=', value };
      }),
      then: over.flatMap(operationsFor),
    };
  }

  function operationsFor({ key, value }: Entry): Operation[] {
    const { place } = readEndKey(after(keys.ends, key));
    return [
      { do: 'delete', key },
      { do: 'delete', key: keys.run(decoder.decode(value)) },
      { do: 'delete', key: keys.ended + place },
      { do: 'deletePrefix', prefix: keys.data(place) },
      { do: 'deletePrefix', prefix: keys.messagesOf(place) },
    ];
  }
}

const decoder = new TextDecoder();
