import type { CoordinationStore, Entry, Lease, Operation } from '@holdfast/coordination';
import { newLedgerId } from '../../../ledger/new-ledger-id.ts';
import type { LedgerKeys } from '../ledger-keys.ts';
import type { StorePlace } from '../store-visit.ts';
import { entriesOf, type ReadingPlace } from '../stored-data.ts';

/** A worker on a store, as it was taken on. */
export interface JoinedWorker {
  readonly ledgerId: string;
  /** Its name among the workers: each life has one of its own. */
  readonly life: string;
  readonly lease: Lease;
  /** When its keys were created. */
  readonly epoch: number;
}

/** Transactions of a worker that may be under way at once: one of takeovers, the others of changes. */
export const laneCount = 8;

/**
 * Makes the ledger where there is none, and a worker's keys, which go with its lease.
 *
 * @param worker - what this life and the one before it have in common: that one ends here.
 */
export async function joinWorker(
  { store, keys, world }: StorePlace,
  leaseMicros: number,
  worker: string | undefined,
): Promise<JoinedWorker> {
  const ledgerId = await makeLedger(store, keys, newLedgerId(world.random));
  const lease = await store.grantLease(`${leaseMicros}us`);
  try {
    const drawn = newLedgerId(world.random) + newLedgerId(world.random);
    const life = worker === undefined ? drawn : `${worker}-${drawn}`;
    return { ledgerId, life, lease, epoch: await begin({ store, keys }, { worker, life, lease }) };
  } catch (error) {
    await lease.revoke().catch(() => {});
    throw error;
  }
}

/** The id of the ledger: `proposed`, unless it has one. */
async function makeLedger(store: CoordinationStore, keys: LedgerKeys, proposed: string): Promise<string> {
  const key = keys.ledgerId;
  const known = await store.get(key);
  if (known !== undefined) return decoder.decode(known.value);
  const { results } = await store.transact({
    compare: [{ key, target: 'createRevision', is: '=', value: 0 }],
    then: [{ do: 'put', key, value: encoder.encode(proposed) }],
    else: [{ do: 'get', key }],
  });
  const [result] = results;
  const [entry] = result !== undefined && 'entries' in result ? result.entries : [];
  return entry === undefined ? proposed : decoder.decode(entry.value);
}

/**
 * Begins a life, and ends the one before it at the same revision: what that one sends from then on is refused.
 *
 * @returns the revision of its keys.
 */
async function begin(
  { store, keys }: ReadingPlace,
  {
    worker,
    life,
    lease,
  }: { readonly worker: string | undefined; readonly life: string; readonly lease: Lease },
): Promise<number> {
  const lanes = Array.from({ length: laneCount }, (_, lane) => keys.lane(life, lane));
  const own: Operation[] = [keys.worker(life), ...lanes].map((key) => putOf(key, nothing, lease));
  if (worker === undefined) return (await store.transact({ compare: [], then: own })).revision;
  const name = keys.name(worker);
  for (let former = await store.get(name); ; ) {
    const { succeeded, revision, results } = await store.transact({
      compare: [{ key: name, target: 'modRevision', is: '=', value: former?.modRevision ?? 0 }],
      then: [...own, putOf(name, encoder.encode(life), lease), ...endOf(keys, former)],
      else: [{ do: 'get', key: name }],
    });
    if (succeeded) return revision;
    [former] = entriesOf(results[0]!);
  }
}

function putOf(key: string, value: Uint8Array, lease: Lease): Operation {
  return { do: 'put', key, value, lease };
}

function endOf(keys: LedgerKeys, former: Entry | undefined): Operation[] {
  return former === undefined ? [] : [{ do: 'delete', key: keys.worker(decoder.decode(former.value)) }];
}

const nothing = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
