export { type ChaosTestOptions, chaosTest, type TestFunction } from './chaos-test/chaos-test.ts';
export { type Choice, Choices, type ChoicesOptions } from './choices/choices.ts';
export type { Site } from './choices/site.ts';
export type { Coverage, CoverageCell, ExpectedCoverage } from './coverage/coverage.ts';
export {
  type CoveragePlace,
  type CoverageReport,
  coverageReport,
  type EmptyCell,
} from './coverage/coverage-report.ts';
export { CoverageTally } from './coverage/coverage-tally.ts';
export {
  checkDeterminism,
  type Divergence,
  describeDivergence,
} from './determinism/check-determinism.ts';
export type { Witness } from './determinism/run-record.ts';
export type { CallbackDisk, DiskDone } from './disk/callback-disk.ts';
export { type DiskCase, diskContract } from './disk/disk-contract.ts';
export { DiskModel, type DiskModelOptions } from './disk/disk-model.ts';
export { FaultAtlas, type FaultAtlasOptions } from './disk/fault-atlas.ts';
export type { SimulatedDisk } from './disk/simulated-disk.ts';
export { type SimulationErrorCode, simulationErrors } from './errors.ts';
export type { Description, HostContext, Messages } from './host/host-context.ts';
export type { Process } from './host/process.ts';
export type { NetworkCase, NetworkPair } from './network/contract/network-case.ts';
export { networkContract } from './network/contract/network-contract.ts';
export { NetworkModel, type NetworkModelOptions, type ProcessNetwork } from './network/network-model.ts';
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
export { readReplayFile } from './scenario/read-replay-file.ts';
export { type ReplayLineOptions, replayFile, replayLine, replayOptions } from './scenario/replay.ts';
export type { ReplayFile } from './scenario/replay-file.ts';
export type { RunOptions } from './scenario/run-options.ts';
export type { RunResult, RunStrategy, Verdict } from './scenario/run-result.ts';
export { runSeed, runSeedSync } from './scenario/run-seed.ts';
export { runTwice } from './scenario/run-twice.ts';
export type {
  AnyScenario,
  FaultProfile,
  Finding,
  LastingDamageProfile,
  Program,
  Scenario,
  ScenarioProgram,
  TimedOperation,
} from './scenario/scenario.ts';
export { campaign } from './search/campaign.ts';
export type {
  CampaignOptions,
  CampaignProgress,
  CampaignResult,
  KeptSeed,
} from './search/campaign-options.ts';
export { type ExploreOptions, type ExploreResult, explore } from './search/explore.ts';
export { findFailure } from './search/find-failure.ts';
export type { Failure, ShrinkOptions } from './shrink/failure.ts';
export { shrinkFailure } from './shrink/shrink-failure.ts';
export type { DriveName } from './simulation/choose-drive.ts';
export { describeFailure, ProcessExit, type ProcessFailure } from './simulation/process-failure.ts';
export { type FaultListener, SimulatedWorld } from './simulation/simulated-world.ts';
export type { EventObserver, SimulatedWorldOptions } from './simulation/simulated-world-options.ts';
export type { SimulatedHost, Simulation } from './simulation/simulation.ts';
export { createTraceDocument, type TraceDocumentOptions } from './trace/create-trace-document.ts';
export { readTraceDocument } from './trace/read-trace-document.ts';
export type { TraceDocument } from './trace/trace-document.ts';
export type { HostChange, TraceEvent, Tracer } from './trace/trace-event.ts';
export { TraceRecorder, type TraceRecorderOptions } from './trace/trace-recorder.ts';
export { traceText } from './trace/trace-text.ts';
