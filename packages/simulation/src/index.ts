export { type ChaosTestOptions, chaosTest, type TestFunction } from './chaos-test/chaos-test.ts';
export {
  type CausalityResult,
  type CausalityViolation,
  type CausalityViolationKind,
  checkCausality,
} from './check/causality/causality.ts';
export { asFinding } from './check/finding.ts';
export { History, type HistoryJson, type OperationJson } from './check/history/history.ts';
export type { Operation, OperationOutcome } from './check/history/operation.ts';
export { atMostOne, type Invariant, neverChanges, neverFalls } from './check/invariants/invariants.ts';
export { describeLeaks, findLeaks, type Holdings, type Leak } from './check/invariants/leaks.ts';
export {
  checkLinearizability,
  type LinearizabilityCost,
  type LinearizabilityOptions,
  type LinearizabilityResult,
} from './check/linearizability/linearizability.ts';
export type { Insight, Model } from './check/linearizability/model.ts';
export type { LinearizabilityWitness } from './check/linearizability/witness.ts';
export { type AppendListInput, type AppendListOutput, appendListModel } from './check/models/append-list.ts';
export { type CounterInput, type CounterOutput, counterModel } from './check/models/counter.ts';
export { type KeyValueInput, type KeyValueOutput, keyValueModel } from './check/models/key-value.ts';
export { type LockInput, type LockOutput, lockModel } from './check/models/lock.ts';
export { type QueueInput, type QueueOutput, queueModel } from './check/models/queue.ts';
export { type RegisterInput, type RegisterOutput, registerModel } from './check/models/register.ts';
export { type SetInput, type SetOutput, setModel } from './check/models/set.ts';
export type { Anomaly, AnomalyKind, CycleKind } from './check/serializability/anomaly.ts';
export {
  checkSerializability,
  type Isolation,
  type SerializabilityOptions,
  type SerializabilityResult,
} from './check/serializability/serializability.ts';
export type {
  ListValue,
  Transaction,
  TransactionAnswer,
  TransactionOperation,
  TransactionStep,
} from './check/serializability/transaction.ts';
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
export type { Program } from './host/program.ts';
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
export { troubleKinds } from './plan/plan-shape.ts';
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
