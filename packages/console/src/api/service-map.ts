import type { ServiceSummary } from './overview.ts';
import type { Health, Red, Window } from './signals.ts';

export interface ServiceMap extends Window {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** Services that call each other in a circle. */
  readonly cycles: readonly (readonly string[])[];
}

export interface MapNode extends ServiceSummary {
  /** `external` is called and never heard of: it sends no spans. */
  readonly kind: 'service' | 'database' | 'queue' | 'external' | 'client';
  /** Share of root requests that pass through it. */
  readonly reach: number;
  /** Without it, the services that can no longer be reached from any entry; a single point of failure has one instance too. */
  readonly gates: readonly string[];
  readonly singlePointOfFailure: boolean;
  /** Share of the critical path of all traces that is this service's own time. */
  readonly criticalShare: number;
}

export interface MapEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'call' | 'message';
  readonly red: Red;
  readonly health: Health;
  /** Share of the caller's requests that make this call. */
  readonly strength: number;
}
