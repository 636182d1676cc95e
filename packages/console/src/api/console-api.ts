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
 * | `GET /exemplars?service&metric&unit&attribute=key=value&min&max&perSeries=true&limit` | {@link ExemplarList}: the greatest first, or only the greatest of each series; `min` and `max` in the unit of the metric |
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
export type * from './calls.ts';
export type * from './cluster.ts';
export type * from './console-status.ts';
export type * from './errors.ts';
export type * from './execution.ts';
export type * from './exemplars.ts';
export type * from './flame.ts';
export type * from './live.ts';
export type * from './logs.ts';
export type * from './overview.ts';
export type * from './profiles.ts';
export type * from './query.ts';
export type * from './sagas.ts';
export type * from './service.ts';
export type * from './service-map.ts';
export type * from './signals.ts';
export type * from './trace-view.ts';
export type * from './traces.ts';
