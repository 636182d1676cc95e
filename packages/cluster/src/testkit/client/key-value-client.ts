import { isHoldfastError, sleep, type World } from '@holdfast/core';
import type { KeyValueInput } from '@holdfast/simulation';
import {
  Compare,
  CompareResult,
  CompareTarget,
  PutRequest,
  RangeRequest,
  TxnRequest,
  type TxnResponse,
} from '../../etcd/kv.ts';
import { LeaseGrantRequest } from '../../etcd/lease.ts';
import type { ClusterMember } from '../../member/cluster-member.ts';
import { type CommandKind, encodeCommand } from '../../state/command.ts';
import type { Store } from '../../state/store.ts';
import type { ClientOperation } from '../scenario/cluster-operation.ts';
import type { AskedStore, KeyValueAnswer } from './asked-store.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface LeaseHolding {
  readonly world: World;
  now(): number;
  /** A request that was sent at `sentAt` was answered: the lease lives for its whole time from then on. */
  promised(sentAt: number): void;
}

/** Does what clients want with a member and its store, as the services do. */
export class KeyValueClient implements AskedStore {
  readonly #store: Store;
  readonly #member: ClusterMember;
  /** Microseconds that it waits for an answer. */
  readonly #timeout: number;

  constructor(store: Store, member: ClusterMember, timeout: number) {
    this.#store = store;
    this.#member = member;
    this.#timeout = timeout;
  }

  async ask(input: KeyValueInput): Promise<KeyValueAnswer> {
    const key = encoder.encode(input.key);
    switch (input.kind) {
      case 'get': {
        await this.#member.readBarrier({ timeout: this.#timeout });
        return { output: this.#valueOf(key), revision: undefined };
      }
      case 'put': {
        const { revision } = await this.#propose('put', PutRequest.encode(putOf(key, input.value as number)));
        return { output: null, revision };
      }
      case 'cas': {
        const expected = input.expected as number | null;
        const compare =
          expected === null
            ? Compare.create({
                key,
                target: CompareTarget.VERSION,
                result: CompareResult.EQUAL,
                targetUnion: { case: 'version', value: 0 },
              })
            : Compare.create({
                key,
                target: CompareTarget.VALUE,
                result: CompareResult.EQUAL,
                targetUnion: { case: 'value', value: encoder.encode(String(expected)) },
              });
        const request = TxnRequest.create({
          compare: [compare],
          success: [{ request: { case: 'put', value: putOf(key, input.value as number) } }],
        });
        const { response, revision } = await this.#propose('txn', TxnRequest.encode(request));
        return { output: (response as TxnResponse).succeeded, revision };
      }
      default:
        throw new Error(`no client does ${input.kind}`);
    }
  }

  /** Grants a lease, and renews it some times. */
  async keepLease(
    { id, ttl, renewals }: Extract<ClientOperation, { kind: 'lease' }>,
    { now, world, promised }: LeaseHolding,
  ): Promise<void> {
    try {
      const granted = now();
      const lease = BigInt(id);
      await this.#propose(
        'lease-grant',
        LeaseGrantRequest.encode(LeaseGrantRequest.create({ id: lease, ttl })),
      );
      promised(granted);
      const key = encoder.encode(`lease-${id}`);
      await this.#propose(
        'put',
        PutRequest.encode(PutRequest.create({ key, value: encoder.encode('1'), lease })),
      );
      for (let left = renewals; left > 0; left--) {
        await sleep((ttl * 1_000) / 3, { world });
        const sentAt = now();
        if ((await this.#member.renewLease(lease, { timeout: this.#timeout })) > 0) promised(sentAt);
      }
    } catch (error) {
      // It is over, or nobody answers: then nothing more was promised.
      if (!isHoldfastError(error)) throw error;
    }
  }

  async #propose(
    kind: CommandKind,
    payload: Uint8Array,
  ): Promise<{ readonly response: unknown; readonly revision: number }> {
    const { result, revision } = await this.#member.propose(encodeCommand({ kind, payload }), {
      timeout: this.#timeout,
    });
    return { response: 'response' in result ? result.response : undefined, revision };
  }

  #valueOf(key: Uint8Array): number | null {
    const result = this.#store.range(RangeRequest.create({ key }));
    if (!('response' in result)) throw new Error(result.refusal.message);
    const [found] = result.response.kvs;
    return found === undefined ? null : Number(decoder.decode(found.value));
  }
}

function putOf(key: Uint8Array, value: number): PutRequest {
  return PutRequest.create({ key, value: encoder.encode(String(value)) });
}
