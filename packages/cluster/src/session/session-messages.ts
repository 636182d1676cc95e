import { bool, type MessageType, message, nested, uint32, uint53 } from '@holdfast/transport/protobuf';
import { ResponseHeader } from '../etcd/response-header.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';

/**
 * Sessions make repeated writes exactly-once. A client registers one, numbers its writes from 1, and may then repeat each
 * under its number: it is applied once, and every repetition is answered as the first was. Only the native protocol
 * carries the numbers; these calls are plain unary calls of it.
 */
export const sessionPaths = {
  register: '/holdfast.Session/Register',
  keepAlive: '/holdfast.Session/KeepAlive',
  close: '/holdfast.Session/Close',
} as const;

/** How numbered requests are refused, besides what etcd refuses. Nothing of them was applied now. */
export const sessionRefusals: Readonly<Record<'ended' | 'answered' | 'tooMany', EtcdRefusal>> = {
  /** There is no such session any more: nobody knows whether an earlier request of this number was applied. */
  ended: { code: 9, message: 'holdfast: session has ended' },
  /** Its client has said that it has the answer. */
  answered: { code: 9, message: 'holdfast: request is answered already' },
  /** More requests of the session are under way than it may have. */
  tooMany: { code: 8, message: 'holdfast: too many requests of one session' },
};

export type SessionRegisterRequest = Readonly<Record<never, never>>;
export const SessionRegisterRequest: MessageType<SessionRegisterRequest> = message(
  'holdfast.SessionRegisterRequest',
  {},
);

export interface SessionRegisterResponse {
  readonly header: ResponseHeader | undefined;
  readonly id: number;
  /** Microseconds after which the session ends when it is neither used nor kept alive. */
  readonly idleMax: number;
  /** How many of its requests may be under way: sequence numbers from `answeredBelow` on. */
  readonly requestsMax: number;
}
export const SessionRegisterResponse: MessageType<SessionRegisterResponse> = message(
  'holdfast.SessionRegisterResponse',
  {
    header: nested(1, ResponseHeader),
    id: uint53(2),
    idleMax: uint53(3),
    requestsMax: uint32(4),
  },
);

export interface SessionKeepAliveRequest {
  readonly id: number;
}
export const SessionKeepAliveRequest: MessageType<SessionKeepAliveRequest> = message(
  'holdfast.SessionKeepAliveRequest',
  {
    id: uint53(1),
  },
);

export interface SessionKeepAliveResponse {
  readonly header: ResponseHeader | undefined;
  /** Whether there is such a session. */
  readonly alive: boolean;
}
export const SessionKeepAliveResponse: MessageType<SessionKeepAliveResponse> = message(
  'holdfast.SessionKeepAliveResponse',
  {
    header: nested(1, ResponseHeader),
    alive: bool(2),
  },
);

export interface SessionCloseRequest {
  readonly id: number;
}
export const SessionCloseRequest: MessageType<SessionCloseRequest> = message('holdfast.SessionCloseRequest', {
  id: uint53(1),
});

export interface SessionCloseResponse {
  readonly header: ResponseHeader | undefined;
}
export const SessionCloseResponse: MessageType<SessionCloseResponse> = message(
  'holdfast.SessionCloseResponse',
  {
    header: nested(1, ResponseHeader),
  },
);
