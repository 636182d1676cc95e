/** The contract between page and console, as the page imports it: types alone. */

export type {
  AdminCluster,
  AdminClusterMember,
  AdminEndpointState,
  AdminPolicy,
  AdminProfile,
  AdminSaga,
  AdminSagaAction,
  AdminSagaActionName,
  AdminSagaDetail,
  AdminSagaMoment,
  AdminSagaStep,
  ProfileFrame,
  ProfileKind,
} from '@holdfast/telemetry';
export type * from '../../../src/api/console-api.ts';
