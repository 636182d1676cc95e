import { randomUUID } from 'node:crypto';
import { invalidArgument } from '@holdfast/core';
import { tokenLengthMin } from './admin-signature.ts';

export interface AdminEndpointOptions {
  /** What the process is called in telemetry. */
  readonly service: string;
  /** Which of its processes it is. Default a new UUID. */
  readonly instance?: string | undefined;
  readonly version?: string | undefined;
  /** Port of 127.0.0.1. Default 0: one that is free. */
  readonly port?: number | undefined;
  /**
   * What a request has to be signed with that changes something, or sees data of users. At least 16 characters. Default the
   * environment's HOLDFAST_ADMIN_TOKEN; without either, such requests are refused.
   */
  readonly token?: string | undefined;
}

export interface AdminSettings {
  readonly service: string;
  readonly instance: string;
  readonly version: string | undefined;
  readonly port: number;
  readonly token: string | undefined;
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function adminSettings(options: AdminEndpointOptions): AdminSettings {
  const { service, instance = randomUUID(), version, port = 0 } = options;
  if (typeof service !== 'string' || service === '') throw invalidArgument('service', service, 'a text');
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw invalidArgument('port', port, 'a port, from 0 to 65535');
  }
  const token = options.token ?? (process.env['HOLDFAST_ADMIN_TOKEN'] || undefined);
  return { service, instance, version, port, token: token === undefined ? undefined : checkToken(token) };
}

/** The message does not tell it. @throws HoldfastError INVALID_ARGUMENT. */
export function checkToken(token: string): string {
  if (typeof token === 'string' && token.length >= tokenLengthMin) return token;
  throw invalidArgument('token', '(not shown)', `a text of at least ${tokenLengthMin} characters`);
}
