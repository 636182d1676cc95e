import type { MessageType } from '@holdfast/transport/protobuf';
import { CompactionResponse, DeleteRangeResponse, PutResponse, TxnResponse } from '../../etcd/kv.ts';
import { LeaseGrantResponse, LeaseRevokeResponse } from '../../etcd/lease.ts';
import { AlarmResponse } from '../../etcd/maintenance.ts';
import type { CommandKind } from '../command.ts';
import { revisionOnly } from '../requests/revision-only.ts';
import type { Applied } from '../state-machine.ts';
import type { Answer } from './session-table.ts';

/** Of what kind the responses are; those of other commands say nothing. */
const responseTypes: Partial<Record<CommandKind, MessageType<never>>> = {
  put: PutResponse as MessageType<never>,
  'delete-range': DeleteRangeResponse as MessageType<never>,
  txn: TxnResponse as MessageType<never>,
  'lease-grant': LeaseGrantResponse as MessageType<never>,
  'lease-revoke': LeaseRevokeResponse as MessageType<never>,
  compact: CompactionResponse as MessageType<never>,
  alarm: AlarmResponse as MessageType<never>,
};

/** What a session keeps of what became of a command. */
export function answerOf(kind: CommandKind, { revision, result }: Applied): Answer {
  if ('refusal' in result) return { revision, kind, response: undefined, refusal: result.refusal };
  // What most puts are answered says nothing but the revision.
  if (kind === 'put' && (result.response as PutResponse).prevKv === undefined) {
    return { revision, kind, response: undefined, refusal: undefined };
  }
  const response = responseTypes[kind]?.encode(result.response as never).slice();
  return { revision, kind, response, refusal: undefined };
}

/** What a command is answered that comes again. */
export function resultOf({ revision, kind, response, refusal }: Answer): Applied['result'] {
  if (refusal !== undefined) return { refusal };
  if (response !== undefined) return { response: responseTypes[kind]?.decode(response) };
  return { response: kind === 'put' ? { header: revisionOnly(revision), prevKv: undefined } : {} };
}
