import { invalidArgument, type JsonValue } from '@holdfast/core';
import type { LedgerVisit } from '../ledger/ledger-engine.ts';
import type { RunFilter } from '../ledger/run.ts';
import { runToJson, textToBytes } from './run-json.ts';

/** What another process asks the owner of a ledger's folder. */
export type OwnerRequest =
  | { readonly ledger: 'read'; readonly id: string }
  | { readonly ledger: 'list'; readonly filter: RunFilter }
  | { readonly ledger: 'post'; readonly id: string; readonly message: string }
  | { readonly ledger: 'ended'; readonly id: string };

/** @throws HoldfastError INVALID_ARGUMENT when it is no such request. */
export function parseOwnerRequest(request: JsonValue): OwnerRequest {
  const fields = request as Partial<Record<string, JsonValue>> | null;
  const { ledger, id, message, filter } = typeof fields === 'object' && fields !== null ? fields : {};
  if (ledger === 'list' && typeof filter === 'object' && filter !== null) {
    return { ledger, filter: filter as RunFilter };
  }
  if ((ledger === 'read' || ledger === 'ended') && typeof id === 'string') return { ledger, id };
  if (ledger === 'post' && typeof id === 'string' && typeof message === 'string') {
    return { ledger, id, message };
  }
  throw invalidArgument('request', request, 'what the owner of a ledger understands');
}

export async function answerOwnerRequest(
  request: OwnerRequest,
  visit: LedgerVisit,
  signal: AbortSignal,
): Promise<JsonValue> {
  switch (request.ledger) {
    case 'read':
      return runToJson(await visit.read(request.id, signal));
    case 'ended':
      return runToJson(await visit.ended(request.id, signal));
    case 'post':
      return visit.post(request.id, textToBytes(request.message), signal);
    case 'list':
      return (await visit.list(request.filter, signal)) as unknown as JsonValue;
  }
}
