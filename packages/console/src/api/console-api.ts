/**
 * What the console's page, and anybody else, may ask of it over HTTP, under `/api/v1`. JSON, times in milliseconds since the Unix
 * epoch with a fraction, durations in milliseconds with a fraction, rates per second, shares from 0 to 1. `from` and `to`
 * in a query are milliseconds since the Unix epoch, or relative to now: `-15m`. Without them: the last 15 minutes.
 * Refusals are problem details (RFC 9457). Traces are also found by `instance`, and by `callee`, `calleeInstance` and
 * `calleeOperation`: by whom a span of theirs calls.
 *
 * | request | answer |
 * |---|---|
 * | `GET /overview` | {@link Overview} |
 * | `GET /map` | {@link ServiceMap} |
 * | `GET /calls/<caller>/<callee>` | {@link CallsDetail} |
 * | `GET /services/<service>` | {@link ServiceDetail} |
 * | `GET /execution?service&operation&within=true` | {@link ExecutionView} |
 * | `GET /traces?service&operation&status&durationMin&durationMax&attribute=key=value&limit&cursor` | {@link TraceList} |
 * | `GET /traces/<traceId>` | {@link TraceView}; packed (`packed-answer.ts`) for `Accept: application/vnd.holdfast.packed` |
 * | `GET /traces/<traceId>/spans/<spanId>` | {@link SpanDetail} |
 * | `GET /flame?service&operation&baseFrom&baseTo` | {@link FlameView} |
 * | `GET /logs?service&severity&text&traceId&spanId&limit&cursor` | {@link LogList} |
 * | `GET /exemplars?service&metric&attribute=key=value&min&max&limit` | {@link ExemplarList}: the greatest first; `min` and `max` in the unit of the metric |
 * | `GET /cluster` | {@link ClusterView}`[]` |
 * | `GET /clients` | {@link ClientRow}`[]`: clients of clusters, in all processes that tell of theirs |
 * | `GET /sagas?status&type` | {@link SagaList} |
 * | `GET /sagas/<source>/<ledger>/<id>` | `AdminSagaDetail` of telemetry |
 * | `POST /sagas/<source>/<ledger>/<id>/<action>` with `AdminSagaAction` | 204; needs the token |
 * | `GET /errors` | {@link ErrorList} |
 * | `GET /profiles` | {@link ProfileList} |
 * | `GET /profiles/<id>` | `AdminProfile` of telemetry |
 * | `POST /profiles` with {@link ProfileOrder} | {@link ProfileSummary}; needs the token |
 * | `GET /live?channels=overview,map,...` | server-sent events, see {@link LiveChannel} |
 * | `POST /query` with `{ sql }` | {@link QueryAnswer}: one reading statement, over `spans`, `logs`, `metrics`, `exemplars` |
 * | `GET /export/<spans|logs|metrics|exemplars>.parquet?from&to` | the rows, as Parquet |
 * | `GET /status` | {@link ConsoleStatus} |
 */
import type {
  AdminCluster,
  AdminClusterClient,
  AdminPolicy,
  AdminSaga,
  AdminSection,
  ProfileKind,
} from '@holdfast/telemetry';

/** How well something is. `idle` is what nobody has called within the window. */
export type Health = 'healthy' | 'degraded' | 'failing' | 'idle';

export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A curve over a window, at equal steps. A hole is `null`. */
export interface Curve {
  readonly from: number;
  /** Milliseconds between two values. */
  readonly step: number;
  readonly values: readonly (number | null)[];
}

/** The four golden signals. */
export interface GoldenSignals {
  /** Requests a second. */
  readonly traffic: Curve;
  /** Share of requests that failed. */
  readonly errors: Curve;
  readonly p50: Curve;
  readonly p95: Curve;
  readonly p99: Curve;
  /** The fullest resource, as a share; null where no process tells. */
  readonly saturation: Curve | null;
}

/** Rate, errors, duration over a window. */
export interface Red {
  readonly count: number;
  /** Per second. */
  readonly rate: number;
  readonly errors: number;
  /** Share. */
  readonly errorShare: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Something that is wrong, with what is known of its cause. */
export interface Finding {
  readonly severity: 'note' | 'warning' | 'alarm';
  /** One sentence. */
  readonly text: string;
  readonly service: string | undefined;
  readonly operation: string | undefined;
  /** Sentences that speak for it, with their numbers. */
  readonly evidence: readonly string[];
  /** A place in the page that shows it: a path with its query. */
  readonly link: string | undefined;
}

export interface Overview extends Window {
  /** One sentence of state. */
  readonly sentence: string;
  readonly health: Health;
  readonly findings: readonly Finding[];
  readonly signals: GoldenSignals;
  readonly services: readonly ServiceSummary[];
  readonly objectives: readonly ObjectiveState[];
}

/** An objective (SLO) and what is left of its error budget. */
export interface ObjectiveState {
  readonly name: string;
  readonly service: string;
  /** Share that has to be good. */
  readonly target: number;
  readonly good: number;
  readonly total: number;
  /** Share of the budget that is left; below 0 when it is overspent. */
  readonly budgetLeft: number;
  /** How many times faster than sustainable the budget is spent, over the last hour or what there is of it. */
  readonly burnRate: number;
}

export interface ServiceSummary {
  readonly name: string;
  readonly health: Health;
  readonly red: Red;
  readonly versions: readonly string[];
  readonly instances: number;
  /** What drew it down, where it is not healthy. */
  readonly reason: string | undefined;
}

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

/**
 * What leads to what: operations in the order in which they run, the data that they use, and the ways between. Who leads to whom,
 * and in which order, is from the newest traces; figures of operations are from all of their spans. `within` tells operations
 * within a service from the one that entered it.
 */
export interface ExecutionView extends Window {
  /** How many traces it is from. */
  readonly traces: number;
  /** Callers before what they call, callees of one caller in their order. */
  readonly nodes: readonly ExecutionNode[];
  readonly edges: readonly ExecutionEdge[];
  /** How many more nodes there are: those with the fewest calls. */
  readonly omitted: number;
}

export interface ExecutionNode {
  /** `data` is a table or collection of a database; `client` and `producer` are calls of which no answerer is known. */
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | 'data' | 'topic';
  /** Whose operation it is; undefined for data and topics, which services share. */
  readonly service: string | undefined;
  /** The operation, table, or topic. */
  readonly name: string;
  /** Whom it calls, where no answerer is known. */
  readonly peer: string | undefined;
  readonly red: Red;
  readonly health: Health;
  /** Milliseconds of its own a call, while it waits for nobody known; undefined for data and topics. */
  readonly self: number | undefined;
  /** Whether traces begin with it. */
  readonly entry: boolean;
}

export interface ExecutionEdge {
  /** Indexes into `nodes`; of `receives` the receiver is `from` as well, though the message goes to it. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'call' | 'message' | 'reads' | 'writes' | 'sends' | 'receives';
  /** As `from` sees it. */
  readonly red: Red;
  readonly health: Health;
  /** Where it stands among all that `from` does, from 1; one place is shared by what has no order. Undefined where that is not known. */
  readonly place: number | undefined;
  /** Whether it runs while something else of `from` does, or another of the same. */
  readonly parallel: boolean;
  /** How often one run of `from` that does it does it. */
  readonly times: number;
}

export interface TraceList extends Window {
  readonly traces: readonly TraceSummary[];
  /** For the next page; undefined on the last. */
  readonly cursor: string | undefined;
  readonly took: number;
}

export interface TraceSummary {
  readonly traceId: string;
  readonly start: number;
  readonly duration: number;
  readonly rootService: string;
  readonly rootOperation: string;
  readonly spans: number;
  readonly errors: number;
  readonly services: readonly string[];
}

/** Numbers, row by row: a list in JSON, an array of their own kind in the packed form (`packed-answer.ts`). */
export type Column = ArrayLike<number>;

/**
 * A trace as columns, so that 100,000 spans are read at once: row `i` of each column is span `i`, in the order in which a
 * waterfall shows them (depth first, children by start).
 */
export interface TraceView {
  readonly traceId: string;
  readonly start: number;
  readonly duration: number;
  readonly spanCount: number;
  /** Spans that are not in the columns, since a trace has a limit. */
  readonly omitted: number;
  readonly services: readonly string[];
  readonly operations: readonly string[];
  readonly spanIds: readonly string[];
  /** Row of the parent; -1 for a root or an orphan. */
  readonly parents: Column;
  readonly depths: Column;
  /** Indexes into `services`. */
  readonly service: Column;
  /** Indexes into `operations`. */
  readonly operation: Column;
  /** Milliseconds after the trace's start, skew of clocks corrected. */
  readonly starts: Column;
  readonly durations: Column;
  /** Milliseconds in which it did not wait for a child. */
  readonly selfTimes: Column;
  /** 0 unset, 1 ok, 2 error. */
  readonly statuses: Column;
  /** Index into internal, server, client, producer, consumer. */
  readonly kinds: Column;
  /** 1 where the parent is missing from the trace. */
  readonly orphans: Column;
  readonly critical: CriticalPath;
  /** How far each service's clock was moved, where it was. */
  readonly skews: readonly { readonly service: string; readonly milliseconds: number }[];
  readonly logs: number;
}

/** The critical path of a trace, as columns: pieces of spans that together fill the trace, in order of time. */
export interface CriticalPath {
  /** Row of each piece's span. */
  readonly spans: Column;
  /** Milliseconds after the trace's start. */
  readonly starts: Column;
  readonly ends: Column;
}

export interface SpanDetail {
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string | undefined;
  readonly statusMessage: string | undefined;
  readonly events: readonly SpanEventView[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

export interface SpanEventView {
  readonly at: number;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The critical paths of many traces, laid over one another; with the difference to another window where one was named. */
export interface FlameView extends Window {
  readonly traces: number;
  readonly baseTraces: number | undefined;
  /** Depth first; a node's children follow it. */
  readonly nodes: readonly FlameNode[];
  /** What got slower or faster, the largest first. */
  readonly changes: readonly FlameChange[];
}

export interface FlameNode {
  readonly parent: number;
  readonly service: string;
  readonly operation: string;
  /** Mean milliseconds a trace on the critical path, children included. */
  readonly total: number;
  readonly self: number;
  /** Share of the traces in which it is on the critical path. */
  readonly presence: number;
  /** The same in the other window. */
  readonly baseTotal: number | undefined;
  readonly baseSelf: number | undefined;
}

export interface FlameChange {
  readonly service: string;
  readonly operation: string;
  /** Milliseconds a trace of its own time on the critical path, after and before. */
  readonly self: number;
  readonly baseSelf: number;
}

export type LogSeverity = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface LogList extends Window {
  readonly logs: readonly LogRow[];
  readonly cursor: string | undefined;
  /** How many there are by time and severity. */
  readonly histogram: readonly { readonly severity: LogSeverity; readonly counts: Curve }[];
}

export interface LogRow {
  readonly id: string;
  readonly at: number;
  readonly severity: LogSeverity;
  readonly service: string;
  readonly instance: string | undefined;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

/** Measurements of metrics, each with the trace that it was taken in. */
export interface ExemplarList extends Window {
  readonly exemplars: readonly ExemplarRow[];
}

export interface ExemplarRow {
  readonly at: number;
  readonly metric: string;
  /** Of the value, by UCUM such as `s`; empty for none. */
  readonly unit: string;
  readonly value: number;
  readonly service: string;
  readonly instance: string | undefined;
  /** Those of the series. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  readonly spanId: string | undefined;
}

/** What a process says of its cluster, and which one says so: of its members the one that reaches most others. */
export interface ClusterView extends AdminCluster {
  readonly source: string;
  readonly service: string;
  /** Leaders and terms as they changed, the newest first. */
  readonly history: readonly { readonly at: number; readonly text: string }[];
}

/** A client of a cluster, or of another store that has members, and the process that has it. */
export interface ClientRow extends AdminClusterClient {
  readonly source: string;
  readonly service: string;
  readonly instance: string;
}

export interface SagaList {
  readonly sagas: readonly SagaRow[];
  /** Of those that are listed. */
  readonly counts: Readonly<Record<AdminSaga['status'], number>>;
  /** Whether all are listed: a process tells of 500 at most, stuck ones first. */
  readonly complete: boolean;
  /** Services that run sagas and do not answer: too busy, standing still, or gone a moment ago. */
  readonly silent: readonly string[];
}

export interface SagaRow extends AdminSaga {
  readonly source: string;
  readonly service: string;
}

/** Errors of all services, from the monitors of processes and from spans and logs that carry exceptions. */
export interface ErrorList extends Window {
  readonly groups: readonly ErrorGroupRow[];
}

export interface ErrorGroupRow {
  readonly fingerprint: string;
  readonly name: string;
  readonly message: string;
  readonly service: string;
  readonly component: string | undefined;
  readonly severity: 'low' | 'medium' | 'high' | 'critical' | undefined;
  readonly count: number;
  /** Per second, in the last minute. */
  readonly rate: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Null where only a monitor speaks of them, which counts, and does not tell when. */
  readonly curve: Curve | null;
  readonly samples: readonly ErrorSampleRow[];
}

export interface ErrorSampleRow {
  readonly at: number;
  readonly message: string;
  readonly stack: string | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

export interface ProfileList {
  readonly profiles: readonly ProfileSummary[];
  /** Processes of which one may be taken. */
  readonly sources: readonly {
    readonly source: string;
    readonly service: string;
    readonly instance: string;
  }[];
}

export interface ProfileSummary {
  readonly id: string;
  readonly source: string;
  readonly service: string;
  readonly instance: string;
  readonly kind: ProfileKind;
  readonly startedAt: number;
  readonly duration: number;
}

export interface ProfileOrder {
  readonly source: string;
  readonly kind: ProfileKind;
  readonly duration?: number;
}

/**
 * What `/live` sends: one event per channel and second, of `execution` one in five seconds, and less often what takes long to
 * make. Its name is the channel's, its data what the request of that name answers; of `status` {@link LiveStatus}. A reader that
 * does not keep up gets the newest and misses those between.
 */
export type LiveChannel =
  | 'overview'
  | 'map'
  | 'execution'
  | 'cluster'
  | 'clients'
  | 'sagas'
  | 'errors'
  | 'logs'
  | 'status';

export interface QueryAnswer {
  readonly columns: readonly string[];
  /** Of each column, as SQL names it: `VARCHAR`, `TIMESTAMP_NS`. */
  readonly types: readonly string[];
  /** Whole numbers that JSON would round are text, and so are moments. */
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there were more rows than an answer may have. */
  readonly truncated: boolean;
  readonly took: number;
}

/** How the console itself is, as the live channel `status` says it: events come without a token. */
export interface LiveStatus {
  readonly version: string;
  readonly startedAt: number;
  readonly spans: ReceivedFigures;
  readonly logs: ReceivedFigures;
  readonly metrics: ReceivedFigures;
  readonly storedBytes: number;
  readonly storedBytesMax: number;
  readonly oldest: number | undefined;
  readonly memory: number;
  readonly listeners: readonly string[];
}

export interface ConsoleStatus extends LiveStatus {
  /** Whether this request carried the token: whether its bearer may act. */
  readonly mayAct: boolean;
}

export interface ReceivedFigures {
  readonly received: number;
  readonly stored: number;
  readonly refused: number;
  readonly dropped: number;
  /** Per second, over the last ten seconds. */
  readonly rate: number;
}
