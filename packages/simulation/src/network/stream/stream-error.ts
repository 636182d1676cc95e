import { type Address, type HoldfastError, type NetworkErrorCode, networkErrors } from '@holdfast/core';
import type { StreamFailure } from './stream.ts';

const codes: Readonly<Record<StreamFailure, NetworkErrorCode>> = {
  refused: 'CONNECTION_REFUSED',
  unreachable: 'HOST_UNREACHABLE',
  reset: 'CONNECTION_RESET',
  silent: 'CONNECTION_RESET',
  destroyed: 'CONNECTION_RESET',
};

const explanations: Readonly<Record<StreamFailure, string>> = {
  refused: 'nobody listens there',
  unreachable: 'no answer came in time',
  reset: 'the other end has reset it',
  silent: 'the other end has not answered for too long',
  destroyed: 'it was destroyed at this end',
};

/** The error of an operation on a stream that broke. */
export function streamError(
  failure: StreamFailure,
  local: Address,
  remote: Address,
): HoldfastError<NetworkErrorCode> {
  const ends = `from ${local.host}:${local.port} to ${remote.host}:${remote.port}`;
  return networkErrors.create(codes[failure], {
    message: `the connection ${ends} failed: ${explanations[failure]}`,
    context: { local: { ...local }, remote: { ...remote }, failure },
  });
}
