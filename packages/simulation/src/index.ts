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
export type { CallbackDisk, DiskDone } from './disk/callback-disk.ts';
export type { SimulatedDisk } from './disk/simulated-disk.ts';
export type { Description, HostContext, Messages } from './host/host-context.ts';
export type { SimulatedNetwork } from './network/simulated-network.ts';
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
export type { FaultProfile, Finding, Program, Scenario, TimedOperation } from './scenario/scenario.ts';
export type { SimulatedHost, Simulation } from './simulation/simulation.ts';
export type { HostChange, TraceEvent, Tracer } from './trace/trace-event.ts';
