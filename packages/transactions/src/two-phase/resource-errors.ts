import type { HoldfastError } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';

/** Where a failure comes from: what the driver threw, and its own names for that. */
interface Source {
  readonly cause?: unknown;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** What was asked of the resource may have happened. */
export function resourceUnavailable(
  resource: string,
  why: string,
  { cause, context }: Source = {},
): HoldfastError {
  return transactionErrors.create('RESOURCE_UNAVAILABLE', {
    message: `${resource} could not be asked: ${why}`,
    cause,
    context: { resource, ...context },
  });
}

/** @param remedy - what stands in the way, and what to do about it. */
export function resourceMisconfigured(resource: string, remedy: string, cause?: unknown): HoldfastError {
  return transactionErrors.create('RESOURCE_MISCONFIGURED', {
    message: remedy,
    cause,
    context: { resource },
  });
}

/** It is certain that nothing of the branch has happened, or will. */
export function branchRolledBack(
  branch: string,
  why: string,
  { cause, context }: Source = {},
): HoldfastError {
  return transactionErrors.create('BRANCH_ROLLED_BACK', {
    message: `${branch} is rolled back: ${why}`,
    cause,
    context: { branch, ...context },
  });
}
