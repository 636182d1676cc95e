import type { Order } from './raft-scenario-options.ts';

/** One piece of the work of a run, as data. */
export type RaftOperation =
  | { readonly kind: 'get'; readonly key: string; readonly anywhere: boolean }
  | { readonly kind: 'put'; readonly key: string; readonly value: number }
  /** Expects the value that the client has seen last. */
  | { readonly kind: 'cas'; readonly key: string; readonly value: number }
  | Order;
