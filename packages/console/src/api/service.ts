import type { AdminPolicy, AdminSection } from '@holdfast/telemetry';
import type { ClientRow } from './cluster.ts';
import type { ServiceSummary } from './overview.ts';
import type { MapEdge } from './service-map.ts';
import type { Curve, GoldenSignals, Health, Red, Window } from './signals.ts';

export interface ServiceDetail extends Window {
  readonly summary: ServiceSummary;
  readonly signals: GoldenSignals;
  readonly operations: readonly OperationRow[];
  /** Whom it calls, and who calls it. */
  readonly callees: readonly MapEdge[];
  readonly callers: readonly MapEdge[];
  readonly instances: readonly InstanceRow[];
  readonly policies: readonly PolicyRow[];
  /** The clients of clusters that its processes have. */
  readonly clients: readonly ClientRow[];
  /** Where its requests spend their time: itself, and each callee. */
  readonly breakdown: readonly BreakdownRow[];
  /** How durations fell, by bucket: upper bounds in ms, and counts. */
  readonly latencies: { readonly bounds: readonly number[]; readonly counts: readonly number[] };
}

export interface OperationRow {
  readonly operation: string;
  readonly kind: string;
  /** Whether it is one of the service's requests; the others happen within these. */
  readonly request: boolean;
  readonly red: Red;
  readonly health: Health;
  readonly p95: Curve;
}

export interface BreakdownRow {
  /** Undefined for its own time. */
  readonly callee: string | undefined;
  /** Mean milliseconds a request on its critical path. */
  readonly mean: number;
  readonly share: number;
}

/** Utilisation, saturation and errors of one process's resources, as far as it tells. */
export interface InstanceRow {
  readonly instance: string;
  readonly version: string | undefined;
  readonly host: string | undefined;
  readonly pid: number | undefined;
  readonly lastSeen: number;
  readonly red: Red;
  readonly resources: readonly ResourceRow[];
  /** Where its admin endpoint is asked, when it has one that answers. */
  readonly admin: { readonly source: string; readonly sections: readonly AdminSection[] } | undefined;
}

/** Each where it exists, and the process tells: null or undefined where not. */
export interface ResourceRow {
  readonly resource:
    | 'cpu'
    /** The quota of its container. */
    | 'cpu-limit'
    | 'memory'
    | 'heap'
    | 'event-loop'
    | 'gc'
    | 'handles'
    | 'queue'
    | 'disk'
    | 'network';
  /** Share; null also where there is no limit to measure by. */
  readonly utilization: Curve | null;
  /** What waits, or how long, in `unit`. */
  readonly saturation: Curve | null;
  readonly unit: string | undefined;
  /** What it holds, or lets through, in `amountUnit`. */
  readonly amount: Curve | null;
  readonly amountUnit: string | undefined;
  /** Within the window. */
  readonly errors: number | undefined;
}

export interface PolicyRow extends AdminPolicy {
  readonly instance: string;
}
