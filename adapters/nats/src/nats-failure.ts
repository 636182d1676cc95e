import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { transactionErrors } from '@holdfast/transactions';
import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';

/** `message size exceeds maximum allowed`, of the stream's own limit. */
const tooLargeForStream = 10_054;

/** What the client or the server says, as an error of a broker. */
export function natsFailure(doing: string, thrown: unknown): HoldfastError {
  if (isHoldfastError(thrown)) return thrown;
  const { message } = thrown as Error;
  const refused =
    thrown instanceof errors.InvalidArgumentError ||
    thrown instanceof errors.PermissionViolationError ||
    (thrown instanceof JetStreamApiError && thrown.code === tooLargeForStream);
  return refused
    ? transactionErrors.create('BROKER_REFUSED', {
        message: `NATS refuses ${doing}: ${message}`,
        cause: thrown,
      })
    : transactionErrors.create('BROKER_UNAVAILABLE', {
        message: `NATS gave no answer to ${doing}: ${message}`,
        cause: thrown,
      });
}
