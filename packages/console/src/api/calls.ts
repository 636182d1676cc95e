import type { MapEdge, MapNode } from './service-map.ts';
import type { GoldenSignals, Health, Red, Window } from './signals.ts';

/** The calls of one service by another, and what they are made of. */
export interface CallsDetail extends Window {
  readonly caller: string;
  readonly callee: string;
  readonly calleeKind: MapNode['kind'];
  /** As the map has them: one of calls, or of messages, or both. */
  readonly edges: readonly MapEdge[];
  /** Of these calls; what a resource of either takes is not told. */
  readonly signals: GoldenSignals;
  /** By the name of the call, and the operation that answered. The busiest first, and no more than 2,000. */
  readonly operations: readonly CallCell[];
  /** By the process that called, and the one that answered. */
  readonly instances: readonly CallCell[];
}

/**
 * Some of the calls between two services. What was answered is as the callee saw it, for only it knows who of it answered; without
 * `to` it is as the caller saw it: all calls of who sends no spans, else those that failed and reached nobody, which have no duration.
 */
export interface CallCell {
  readonly from: string;
  readonly to: string | undefined;
  readonly red: Red;
  readonly health: Health;
}
