import type { HoldfastError } from '@holdfast/core';
import { telemetryErrors } from '../telemetry-errors.ts';

/** What HTTP itself refuses. */
export class HttpRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function denied(why: string): HoldfastError<'ADMIN_DENIED'> {
  return telemetryErrors.create('ADMIN_DENIED', { message: `the request is refused: ${why}`, stack: false });
}

export function locked(): HoldfastError<'ADMIN_LOCKED'> {
  return telemetryErrors.create('ADMIN_LOCKED', {
    message: 'this process has no admin token, so it can only be looked at: give it HOLDFAST_ADMIN_TOKEN',
    stack: false,
  });
}

export function tooMany(): HoldfastError<'ADMIN_BUSY'> {
  return telemetryErrors.create('ADMIN_BUSY', {
    message: 'too many signed requests in a minute',
    retryAfter: 60_000,
    stack: false,
  });
}
