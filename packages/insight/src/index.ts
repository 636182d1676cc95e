export type { Culprit, CulpritKind } from './culprits/culprit.ts';
export { type CulpritQuery, findCulprits } from './culprits/find-culprits.ts';
export { type FlameBranch, FlameTree } from './flame/flame-tree.ts';
export { type Flame, type FlameChange, type FlameNode, flameOf } from './flame/flame-view.ts';
export { flameOfWindow } from './flame/flame-window.ts';
export type { CallPlace } from './flow/call-order.ts';
export type { DataAccess } from './flow/data-access.ts';
export {
  type DataFlow,
  type DataUse,
  type ExecutionFocus,
  ExecutionGraph,
  type ExecutionGraphOptions,
  type ExecutionLink,
  type ExecutionStep,
} from './flow/execution-graph.ts';
export { type Drawing, toDot, toMermaid } from './graph/drawing.ts';
export { type ServiceStructure, serviceStructure } from './graph/service-structure.ts';
export { drawImports } from './imports/draw-imports.ts';
export {
  type FileImport,
  type ImportCycle,
  type ImportGraph,
  type ImportGraphOptions,
  importGraph,
  type UnresolvedImport,
} from './imports/import-graph.ts';
export type { ImportKind } from './imports/scan-imports.ts';
export { isSource, type SourceTree } from './imports/source-tree.ts';
export type {
  ResourceMeasure,
  ResourceQuery,
  ResourceReadings,
  ResourceSource,
} from './model/resource-source.ts';
export type { AttributeValue, Span, SpanKind, SpanLink, SpanStatus } from './model/span.ts';
export type { SpanSource, TimeWindow, TraceQuery } from './model/span-source.ts';
export { LatencyHistogram } from './statistics/latency-histogram.ts';
export { type Red, RedTally } from './statistics/red.ts';
export { assembleTrace, traceAssembly } from './trace/assemble-trace.ts';
export { type CriticalPath, criticalPath } from './trace/critical-path.ts';
export { selfTimes } from './trace/self-times.ts';
export { type ClockSkew, mainRoot, type Trace } from './trace/trace.ts';
export {
  CulpritWatch,
  type Sighting,
  type WatchedSource,
  type WatchOptions,
  watchMemory,
} from './watch/culprit-watch.ts';
export { type BreakdownRow, breakdown } from './window/breakdown.ts';
export {
  type Health,
  type HealthVerdict,
  type JudgedWindow,
  judgeHealth,
  judgeWindow,
} from './window/health.ts';
export { profileWindow } from './window/profile-window.ts';
export {
  type ServiceEdge,
  type ServiceGraph,
  type ServiceInstance,
  type ServiceNode,
  serviceGraph,
} from './window/service-graph.ts';
export { type PeerKind, type ProfileLimits, WindowProfile } from './window/window-profile.ts';
