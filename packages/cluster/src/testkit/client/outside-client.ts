import { type Address, isHoldfastError, sleep } from '@holdfast/core';
import type { HostContext, KeyValueInput } from '@holdfast/simulation';
import { type ClusterClient, clusterClient } from '../../client/cluster-client.ts';
import { nativeChannels } from '../../native/native-channels.ts';
import type { ClientOperation } from '../scenario/cluster-operation.ts';
import type { LeaseHoldings } from '../watch/lease-holdings.ts';
import type { QueueHoldings } from '../watch/queue-holdings.ts';
import type { ToldWatch } from '../watch/told-watch.ts';
import type { AskedStore, KeyValueAnswer } from './asked-store.ts';
import { inTurnOf } from './in-turn-of.ts';
import { QueueCalls } from './queue-calls.ts';
import { QueueClient } from './queue-client.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A client on a host of its own, as programs use it: over the native protocol, with sessions, leases and watches. */
export class OutsideClient implements AskedStore {
  readonly #context: HostContext;
  readonly #store: ClusterClient;
  readonly #queues: QueueClient;

  /** @param endpoints - of the members; @param patience - microseconds that it waits for an answer. */
  constructor(context: HostContext, endpoints: readonly Address[], patience: number) {
    this.#context = context;
    const channels = nativeChannels(context, { channel: { idleTimeout: 400_000 } });
    const connectTimeout = Math.ceil(patience / 5);
    this.#store = clusterClient({
      world: context,
      endpoints,
      channels,
      requestTimeout: `${patience}us`,
      attemptTimeout: `${Math.ceil(patience / 4)}us`,
      connectTimeout: `${connectTimeout}us`,
      // Bounds that are reached: the rest is read from history.
      watchItemsMax: 4,
    });
    const calls = new QueueCalls({ world: context, endpoints, channels, connectTimeout });
    this.#queues = new QueueClient(context, this.#store, calls);
  }

  ask(input: KeyValueInput): Promise<KeyValueAnswer> {
    return inTurnOf(this.#context, () => this.#ask(input));
  }

  async #ask({ kind, key, ...input }: KeyValueInput): Promise<KeyValueAnswer> {
    if (kind === 'get') {
      const entry = await this.#store.get(key);
      return {
        output: entry === undefined ? null : Number(decoder.decode(entry.value)),
        revision: undefined,
      };
    }
    const { value, expected = null } = input as { readonly value: number; readonly expected?: number | null };
    const bytes = encoder.encode(String(value));
    if (kind === 'put') {
      const { revision } = await this.#store.put(key, bytes);
      return { output: null, revision };
    }
    const { succeeded, revision } = await this.#store.transact({
      compare: [
        expected === null
          ? { key, target: 'version', is: '=', value: 0 }
          : { key, target: 'value', is: '=', value: encoder.encode(String(expected)) },
      ],
      then: [{ do: 'put', key, value: bytes }],
    });
    return { output: succeeded, revision };
  }

  /** Holds a lease, with a key that goes with it, for as long as some renewals take. */
  async keepLease(
    { id, ttl, renewals }: Extract<ClientOperation, { kind: 'lease' }>,
    holdings: LeaseHoldings,
    lives: () => boolean,
  ): Promise<void> {
    const lease = await this.#store.grantLease(`${ttl}s`).catch(unlessRefused);
    if (lease === undefined) return;
    holdings.holds(lease, this.#context.clock, lives);
    await this.#store.put(`lease-${id}`, encoder.encode('1'), { lease }).catch(unlessRefused);
    await sleep((renewals * ttl * 1_000) / 3, { world: this.#context });
    holdings.givesUp(lease);
    // Where nobody answers, it runs out.
    await lease.revoke().catch(unlessRefused);
  }

  /** Holds a lock, or leads, for a while. */
  hold(
    operation: Extract<ClientOperation, { kind: 'hold' }>,
    holdings: QueueHoldings,
    lives: () => boolean,
  ): Promise<void> {
    return this.#queues.hold(operation, holdings, lives);
  }

  /** Watches until its process ends. */
  async watch(prefix: string, told: ToldWatch): Promise<void> {
    const watch = this.#store.watch(prefix);
    told.began(await watch.started);
    for await (const item of watch) {
      told.told(item);
      // Some consumers are slow.
      if (this.#context.random.below(4) === 0) {
        await sleep(this.#context.random.below(100), { world: this.#context });
      }
    }
  }
}

/** What a program makes do without. */
function unlessRefused(error: unknown): undefined {
  if (!isHoldfastError(error)) throw error;
}
