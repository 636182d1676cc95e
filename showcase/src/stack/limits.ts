import type { ServiceName } from '../shop/services.ts';

/** The numbers that both careful stacks share, so that neither wins by better guesses. A customer waits for 2 s. */
export interface TryLimits {
  /** Milliseconds that one try may take. */
  readonly tryMillis: number;
  /** Further tries after the first. */
  readonly retries: number;
  /** Calls to it from one process at the same time. */
  readonly concurrent: number;
  /** Further calls that may wait for their turn. */
  readonly queue: number;
}

/** For calls to the service. One order's worst case, tries and waits included, stays within the customer's patience. */
export const tryLimits: Readonly<Record<ServiceName, TryLimits>> = {
  gateway: { tryMillis: 2_000, retries: 0, concurrent: 512, queue: 0 },
  orders: { tryMillis: 1_800, retries: 1, concurrent: 64, queue: 64 },
  payments: { tryMillis: 500, retries: 2, concurrent: 24, queue: 24 },
  inventory: { tryMillis: 250, retries: 1, concurrent: 32, queue: 32 },
  shipping: { tryMillis: 1_000, retries: 2, concurrent: 16, queue: 32 },
};

/** What a service takes in at the same time, and how much more may wait at its door. */
export interface ServiceLimits {
  readonly concurrent: number;
  readonly queue: number;
}

export const serviceLimits: Readonly<Record<ServiceName, ServiceLimits>> = {
  gateway: { concurrent: 128, queue: 64 },
  orders: { concurrent: 64, queue: 32 },
  payments: { concurrent: 24, queue: 16 },
  inventory: { concurrent: 48, queue: 32 },
  shipping: { concurrent: 24, queue: 16 },
};

/** When either breaker opens, and how long it stays open at first. */
export const breakerLimits = {
  failureRate: 0.8,
  windowMillis: 5_000,
  openMillis: 500,
} as const;
