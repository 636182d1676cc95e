import { type AbortSubscriber, onAbort, throwIfAborted, toAbortError } from '@holdfast/core';
import type { ClusterChannel, UnaryCall } from '../../src/client/cluster-channel.ts';

/** What is left to say of a call. */
type Asked<Response> = Pick<UnaryCall<Response>, 'method' | 'request'> & Partial<UnaryCall<Response>>;

/** Makes one call on a channel, as a promise; called off when the signal aborts. */
export async function callOnce<Response>(
  channel: ClusterChannel,
  asked: Asked<Response>,
  signal?: AbortSignal,
): Promise<Response> {
  const { path } = asked.method;
  throwIfAborted(signal, path);
  return new Promise((answered, failed) => {
    const plain = { session: undefined, token: undefined, timeout: undefined };
    const number = channel.unary({ ...plain, ...asked, answered, failed });
    const subscriber: AbortSubscriber = {
      abortSlot: -1,
      onAbort: (reason) => {
        channel.callOff(number);
        failed(toAbortError(reason, path));
      },
    };
    if (signal !== undefined) onAbort(signal, subscriber);
  });
}
