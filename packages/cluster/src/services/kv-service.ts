import { EtcdError } from '../etcd/etcd-errors.ts';
import {
  CompactionRequest,
  CompactionResponse,
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
} from '../etcd/kv.ts';
import type { CommandAuth, CommandKind } from '../state/command.ts';
import { costOfPut, costOfTxn } from '../state/requests/cost.ts';
import {
  checkDeleteRangeRequest,
  checkPutRequest,
  checkRangeRequest,
  checkTxnRequest,
} from '../state/requests/request-checks.ts';
import { isReadOnly } from '../state/requests/transaction.ts';
import type { Call } from './call.ts';
import type { Headed } from './headers.ts';
import { type AnyMethod, unary } from './method.ts';
import { Proposals } from './proposals.ts';
import type { ServiceParts } from './service-parts.ts';
import { throwIfRefused } from './throw-if-refused.ts';

/*
 * None of these hands on its call's signal: each wait ends by itself with the member's request timeout, and making a
 * signal for each call would be a good part of its cost.
 */

/** etcd's KV service. */
export class KvService {
  readonly #parts: ServiceParts;
  readonly #proposals: Proposals;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#proposals = new Proposals(parts);
  }

  methods(): readonly AnyMethod[] {
    return [
      unary('/etcdserverpb.KV/Range', RangeRequest, RangeResponse, (request, call) =>
        this.#range(request, call),
      ),
      unary('/etcdserverpb.KV/Put', PutRequest, PutResponse, (request, call) => this.#put(request, call)),
      unary('/etcdserverpb.KV/DeleteRange', DeleteRangeRequest, DeleteRangeResponse, (request, call) =>
        this.#deleteRange(request, call),
      ),
      unary('/etcdserverpb.KV/Txn', TxnRequest, TxnResponse, (request, call) => this.#txn(request, call)),
      unary('/etcdserverpb.KV/Compact', CompactionRequest, CompactionResponse, (request, call) =>
        this.#compact(request, call),
      ),
    ];
  }

  async #range(request: RangeRequest, call: Call): Promise<RangeResponse> {
    throwIfRefused(checkRangeRequest(request));
    const { member, store } = this.#parts;
    if (!request.serializable) await member.readBarrier();
    const auth = await this.#caller(call);
    throwIfRefused(store.permissions.range(auth, request));
    const result = store.range(request);
    if ('refusal' in result) throw new EtcdError(result.refusal);
    return this.#parts.headers.over(result.response);
  }

  #put(request: PutRequest, call: Call): Promise<PutResponse> {
    throwIfRefused(checkPutRequest(request));
    return this.#change('put', call.encoded ?? PutRequest.encode(request), call, costOfPut(request));
  }

  #deleteRange(request: DeleteRangeRequest, call: Call): Promise<DeleteRangeResponse> {
    throwIfRefused(checkDeleteRangeRequest(request));
    return this.#change('delete-range', call.encoded ?? DeleteRangeRequest.encode(request), call, 0);
  }

  async #txn(request: TxnRequest, call: Call): Promise<TxnResponse> {
    const { member, store, limits } = this.#parts;
    throwIfRefused(checkTxnRequest(request, limits.transactionOperationsMax));
    if (!isReadOnly(request)) {
      return this.#change('txn', call.encoded ?? TxnRequest.encode(request), call, costOfTxn(request));
    }
    if (!isSerializable(request)) await member.readBarrier();
    const auth = await this.#caller(call);
    throwIfRefused(store.permissions.txn(auth, request));
    const result = store.readTxn(request);
    if ('refusal' in result) throw new EtcdError(result.refusal);
    return this.#parts.headers.over(result.response);
  }

  /** `physical` waits for nothing: what is compacted cannot be read from then on, and its memory is freed in idle moments. */
  async #compact(request: CompactionRequest, call: Call): Promise<CompactionResponse> {
    const auth = await this.#parts.callers.identifyRoot(call);
    const payload = call.encoded ?? CompactionRequest.encode(request);
    return this.#proposals.propose<CompactionResponse>('compact', payload, call, auth, 0);
  }

  /** Has a change decided. Of writes there are many: it waits for nothing but that, and makes few promises. */
  #change<Response extends Headed>(
    kind: CommandKind,
    payload: Uint8Array,
    call: Call,
    cost: number,
  ): Promise<Response> {
    const propose = (auth: CommandAuth | undefined): Promise<Response> =>
      this.#proposals.propose<Response>(kind, payload, call, auth, cost);
    const caller = this.#caller(call);
    return caller instanceof Promise ? caller.then(propose) : propose(caller);
  }

  /** Without a turn of the microtask queue where the answer is there, as it nearly always is. */
  #caller(call: Call): CommandAuth | undefined | Promise<CommandAuth | undefined> {
    return this.#parts.callers.identify(call);
  }
}

function isSerializable({ success, failure }: TxnRequest): boolean {
  return [...success, ...failure].every(
    ({ request }) => request?.case === 'range' && request.value.serializable,
  );
}
