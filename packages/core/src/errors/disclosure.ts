import type { ErrorCategory } from './classification.ts';
import { cleanText } from './clean-text.ts';
import type { ErrorContext } from './context.ts';
import { asHoldfastError } from './core-errors.ts';
import type { HoldfastError } from './error.ts';
import { messageLengthMax } from './json.ts';
import { remoteErrors } from './remote-errors.ts';

/** What of an error may be told to a peer. */
export interface Disclosure {
  readonly error: HoldfastError;
  /** Undefined when it is not for the peer to read. */
  readonly message: string | undefined;
  /** Undefined when it is not for the peer to read. */
  readonly context: ErrorContext | undefined;
}

/** The categories that are about the request itself, so that their message is meant for who sent it. */
const aboutTheRequest: ReadonlySet<ErrorCategory> = new Set([
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
]);

/**
 * Decides what to tell of `thrown`. By default the message goes out only when the category is about the
 * request and the words are this service's own, not those of a peer of its own (`REMOTE_...`); the context
 * never does. `expose` true tells both, for peers inside the same service; false tells neither.
 */
export function disclose(thrown: unknown, expose: boolean | undefined): Disclosure {
  const error = asHoldfastError(thrown);
  const shown =
    expose ?? (aboutTheRequest.has(error.category) && !Object.hasOwn(remoteErrors.definitions, error.code));
  return {
    error,
    message: shown ? cleanText(error.message, messageLengthMax) : undefined,
    context: expose === true ? error.context : undefined,
  };
}
