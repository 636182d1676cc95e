import { invalidArgument } from '@holdfast/core';

/** What the environment asks chaos tests to do. */
export interface ChaosEnvironment {
  /** HOLDFAST_SEED: run this one only. */
  readonly seed?: number | string;
  /** HOLDFAST_SEEDS: run so many. */
  readonly seeds?: number;
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function chaosEnvironment(
  environment: Readonly<Record<string, string | undefined>> = globalThis.process?.env ?? {},
): ChaosEnvironment {
  const { HOLDFAST_SEED: seed, HOLDFAST_SEEDS: seeds } = environment;
  if (seeds !== undefined && seeds !== '' && !/^[1-9]\d{0,14}$/.test(seeds)) {
    throw invalidArgument('HOLDFAST_SEEDS', seeds, 'a whole number from 1');
  }
  return {
    // What a campaign counted was a number.
    ...(seed && { seed: /^\d{1,15}$/.test(seed) ? Number(seed) : seed }),
    ...(seeds && { seeds: Number(seeds) }),
  };
}
