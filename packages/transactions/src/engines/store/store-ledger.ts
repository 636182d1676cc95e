import { type CoordinationStore, type Lease, requireCapabilities } from '@holdfast/coordination';
import { type Duration, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import type { LedgerEngine } from '../../ledger/ledger-engine.ts';
import { newLedgerId } from '../../ledger/new-ledger-id.ts';
import { checkMessagesMax, type MessageOptions } from '../check-messages-max.ts';
import { Retention, type RetentionOptions } from '../retention.ts';
import { LedgerKeys } from './ledger-keys.ts';
import { ledgerFailure } from './store-failure.ts';
import { type JoinedWorker, laneCount, type SessionPlace, StoreSession } from './store-session.ts';
import { StoreVisit } from './store-visit.ts';

export interface StoreLedgerOptions extends RetentionOptions, MessageOptions {
  /** It stays its owner's: the ledger does not close it. */
  readonly store: CoordinationStore;
  /** Of all keys of the ledger. Default 'ledger/'. Ledgers of different prefixes are different ledgers. */
  readonly prefix?: string | undefined;
  /** A worker that the store does not hear of for so long loses its runs. Default '10s'. */
  readonly lease?: Duration | undefined;
  /** Default the platform's. */
  readonly world?: World | undefined;
}

/** Bytes of a request that are left to keys. */
const reservedBytes = 16_384;

/**
 * A ledger in a coordination store: an embedded cluster, a cluster of servers, etcd, or the store in memory. Several
 * processes serve it at once. Runs are listed in the order of their creation, between workers as far as their wall clocks
 * agree. What is appended at once, and a message, has as many bytes as a request of the store, less a little.
 *
 * @throws HoldfastError INVALID_ARGUMENT; CAPABILITY_MISSING when the store keeps less than a ledger needs.
 */
export function storeLedger(options: StoreLedgerOptions): LedgerEngine {
  const { store, prefix = 'ledger/', lease = '10s', world = platformWorld() } = options;
  requireCapabilities(
    store,
    {
      linearizableReads: 'yes',
      transactions: 'any-keys',
      revisions: 'yes',
      leases: 'yes',
      watches: 'complete',
    },
    'a ledger',
  );
  const leaseMicros = toPositiveMicros(lease, 'lease');
  const at: SessionPlace = {
    store,
    keys: new LedgerKeys(prefix),
    world,
    messagesMax: checkMessagesMax(options),
    valueBytesMax: store.capabilities.requestBytesMax - reservedBytes,
    retention: new Retention(options),
  };
  return {
    shared: true,
    join: async (host, joinOptions) => {
      const worker = await takeOn(at, leaseMicros).catch((error) => {
        throw ledgerFailure(error);
      });
      const session = new StoreSession(at, host, joinOptions, worker);
      try {
        await session.begin();
        return session;
      } catch (error) {
        await session.close();
        throw ledgerFailure(error);
      }
    },
    visit: async () => new StoreVisit(at),
  };
}

/** Makes the ledger where there is none, and a worker's keys, which go with its lease. */
async function takeOn({ store, keys, world }: SessionPlace, leaseMicros: number): Promise<JoinedWorker> {
  const ledgerId = await makeLedger(store, keys, newLedgerId(world.random));
  const lease = await store.grantLease(`${leaseMicros}us`);
  try {
    const name = newLedgerId(world.random) + newLedgerId(world.random);
    return { ledgerId, name, lease, epoch: await makeWorker(store, keys, name, lease) };
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

/** The revision of its creation. */
async function makeWorker(
  store: CoordinationStore,
  keys: LedgerKeys,
  name: string,
  lease: Lease,
): Promise<number> {
  const lanes = Array.from({ length: laneCount }, (_, lane) => keys.lane(name, lane));
  const { revision } = await store.transact({
    compare: [],
    then: [keys.worker(name), ...lanes].map((key) => ({ do: 'put', key, value: nothing, lease })),
  });
  return revision;
}

const nothing = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
