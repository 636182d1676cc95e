import { type HoldfastError, type NetworkErrorCode, networkErrors } from '@holdfast/core';

const codes: Readonly<Record<string, NetworkErrorCode>> = {
  EADDRINUSE: 'ADDRESS_IN_USE',
  ECONNREFUSED: 'CONNECTION_REFUSED',
  ETIMEDOUT: 'HOST_UNREACHABLE',
  EHOSTUNREACH: 'HOST_UNREACHABLE',
  EHOSTDOWN: 'HOST_UNREACHABLE',
  ENETUNREACH: 'HOST_UNREACHABLE',
  ENOTFOUND: 'HOST_UNREACHABLE',
  EAI_AGAIN: 'HOST_UNREACHABLE',
};

/** What Node says of a socket, as core's `networkErrors`. */
export function networkError(
  error: NodeJS.ErrnoException,
  code: NetworkErrorCode = codes[error.code ?? ''] ?? 'CONNECTION_RESET',
  message: string = error.message,
): HoldfastError<NetworkErrorCode> {
  return networkErrors.create(code, { message, cause: error });
}
