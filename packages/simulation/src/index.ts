export { type Choice, Choices, type ChoicesOptions } from './choices/choices.ts';
export type { Site } from './choices/site.ts';
export type { Coverage, CoverageCell, ExpectedCoverage } from './coverage/coverage.ts';
export type { CallbackDisk, DiskDone } from './disk/callback-disk.ts';
export type { SimulatedDisk } from './disk/simulated-disk.ts';
export type { Description, HostContext, Messages } from './host/host-context.ts';
export type { SimulatedNetwork } from './network/simulated-network.ts';
export { type ExecutePlanOptions, executePlan, type PlanExecution } from './plan/execute-plan.ts';
export type {
  DiskConditions,
  Fault,
  FaultMoment,
  FaultPlan,
  LatencyRange,
  NetworkConditions,
  Trouble,
  TroubleKind,
} from './plan/fault-plan.ts';
export { parseFaultPlan } from './plan/parse-fault-plan.ts';
export { tracePage } from './report/trace-page.ts';
export type { ReplayFile } from './scenario/replay-file.ts';
export type { RunOptions } from './scenario/run-options.ts';
export type { RunResult, RunStrategy, Verdict } from './scenario/run-result.ts';
export type { FaultProfile, Finding, Program, Scenario, TimedOperation } from './scenario/scenario.ts';
export type {
  CampaignOptions,
  CampaignProgress,
  CampaignResult,
  KeptSeed,
} from './search/campaign-options.ts';
export type { Failure, ShrinkOptions } from './shrink/failure.ts';
export type { SimulatedHost, Simulation } from './simulation/simulation.ts';
export { createTraceDocument, type TraceDocumentOptions } from './trace/create-trace-document.ts';
export { readTraceDocument } from './trace/read-trace-document.ts';
export type { TraceDocument } from './trace/trace-document.ts';
export type { HostChange, TraceEvent, Tracer } from './trace/trace-event.ts';
export { TraceRecorder, type TraceRecorderOptions } from './trace/trace-recorder.ts';
export { traceText } from './trace/trace-text.ts';
