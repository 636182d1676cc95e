import { formatMicros, type HoldfastError, isHoldfastError } from '@holdfast/core';
import { HttpRefusal } from './http-message.ts';

/** The error of Node's `fetch` when no answer comes: its `cause` says why, with the codes of Node and undici. */
export function fetchFailed(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause });
}

/** What `fetch` would have as the cause where a simulated stream has `error`. */
export function toFetchCause(error: unknown, host: string, port: number, connectTimeout: number): unknown {
  if (error instanceof HttpRefusal || !isHoldfastError(error)) return error;
  const at = `${host}:${port}`;
  switch (error.code) {
    case 'CONNECTION_REFUSED':
      return nodeError(`connect ECONNREFUSED ${at}`, error, {
        errno: -111,
        code: 'ECONNREFUSED',
        syscall: 'connect',
        address: host,
        port,
      });
    case 'CONNECTION_RESET':
      return nodeError('read ECONNRESET', error, { errno: -104, code: 'ECONNRESET', syscall: 'read' });
    case 'HOST_UNREACHABLE': {
      const timeout = `attempted address: ${at}, timeout: ${formatMicros(connectTimeout)}`;
      return nodeError(`Connect Timeout Error (${timeout})`, error, {
        name: 'ConnectTimeoutError',
        code: 'UND_ERR_CONNECT_TIMEOUT',
      });
    }
    default:
      return error;
  }
}

export function nameNotFound(hostname: string): Error {
  const facts = { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname };
  return nodeError(`getaddrinfo ENOTFOUND ${hostname}`, undefined, facts);
}

/** The connection ended well, but before the answer did. */
export function otherSideClosed(): Error {
  return nodeError('other side closed', undefined, { name: 'SocketError', code: 'UND_ERR_SOCKET' });
}

function nodeError(message: string, cause: HoldfastError | undefined, facts: object): Error {
  return Object.assign(new Error(message, cause && { cause }), facts);
}
