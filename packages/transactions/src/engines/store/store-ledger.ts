import { type CoordinationStore, requireCapabilities } from '@holdfast/coordination';
import { type Duration, platformWorld, toMicros, toPositiveMicros, type World } from '@holdfast/core';
import type { LedgerEngine } from '../../ledger/ledger-engine.ts';
import { checkMessagesMax, type MessageOptions } from '../check-messages-max.ts';
import { Retention, type RetentionOptions } from '../retention.ts';
import { checkKeyPart, LedgerKeys } from './ledger-keys.ts';
import { ledgerFailure } from './store-failure.ts';
import { StoreVisit } from './store-visit.ts';
import { joinWorker } from './worker/join-worker.ts';
import { type SessionPlace, StoreSession } from './worker/store-session.ts';

export interface StoreLedgerOptions extends RetentionOptions, MessageOptions {
  /** It stays its owner's: the ledger does not close it. */
  readonly store: CoordinationStore;
  /** Of all keys of the ledger. Default 'ledger/'. Ledgers of different prefixes are different ledgers. */
  readonly prefix?: string | undefined;
  /** A worker that the store does not hear of for so long loses its runs. Default '10s'. */
  readonly lease?: Duration | undefined;
  /**
   * Who the worker is, through all of its lives: the next one to join under this name ends the one before it at once, and
   * need not wait for its lease to take its runs. That one, if it still lives, can change nothing any more and is told so
   * with LEDGER_FENCED. So it is for one process at a time, such as `orders` or the name of a pod that is replaced. Default
   * none: each life is a stranger, and waits for the lease of a process that was killed.
   */
  readonly worker?: string | undefined;
  /**
   * Transactions begin this far apart at least, so that what many runs have recorded meanwhile shares one: each costs the
   * store as much as dozens of records do. A record waits so much longer at most; the first after a while not at all. '0s':
   * as fast as the store answers. Default '5ms'.
   */
  readonly commitInterval?: Duration | undefined;
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
  const { store, prefix = 'ledger/', lease = '10s', worker: name, world = platformWorld() } = options;
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
  if (name !== undefined) checkKeyPart('worker', name);
  const at: SessionPlace = {
    store,
    keys: new LedgerKeys(prefix),
    world,
    messagesMax: checkMessagesMax(options),
    valueBytesMax: store.capabilities.requestBytesMax - reservedBytes,
    retention: new Retention(options),
    commitInterval: toMicros(options.commitInterval ?? '5ms', 'commitInterval'),
  };
  return {
    shared: true,
    join: async (host, joinOptions) => {
      const worker = await joinWorker(at, leaseMicros, name).catch((error) => {
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
