import type { AdminSources } from './admin/admin-sources.ts';
import type { ClusterLookout } from './admin/cluster-lookout.ts';
import type { Lookout } from './admin/lookout.ts';
import type { ClusterView, ExecutionView, Finding, SagaRow } from './api/console-api.ts';
import type { Ingest } from './ingest.ts';
import type { KeptProfiles } from './kept/kept-profiles.ts';
import type { LiveFlow } from './live/live-flow.ts';
import type { StoreExtent } from './store/retention.ts';
import type { TelemetryStore } from './store/telemetry-store.ts';
import type { CulpritFinder } from './view/culprit-finder.ts';
import type { FlowWindows } from './view/flow-window.ts';
import type { KeptAnswers } from './view/kept-answers.ts';
import type { Objectives } from './view/objectives.ts';
import type { ResourceCurves } from './view/resource-curves.ts';
import type { WindowInsights } from './view/window-insights.ts';

/** All that answers are made of. */
export interface ConsoleState {
  readonly store: TelemetryStore;
  readonly live: LiveFlow;
  readonly ingest: Ingest;
  readonly windows: FlowWindows;
  readonly insights: WindowInsights;
  readonly culprits: CulpritFinder;
  readonly resources: ResourceCurves;
  readonly objectives: Objectives;
  /** Of windows that end now, who is to blame. */
  readonly blamed: KeptAnswers<Finding[]>;
  readonly executions: KeptAnswers<ExecutionView>;
  readonly admin: AdminSources;
  readonly clusters: ClusterLookout;
  /** Of clusters and sagas, what the overview tells without waiting for anybody. */
  readonly clustersLately: Lookout<readonly ClusterView[]>;
  readonly stuckLately: Lookout<readonly SagaRow[]>;
  /** How much is stored. */
  readonly extent: KeptAnswers<StoreExtent>;
  readonly profiles: KeptProfiles;
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly storedBytesMax: number;
  /** Where it listens, as addresses to be shown. */
  readonly listeners: readonly string[];
}
