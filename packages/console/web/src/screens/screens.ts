import type { ComponentType } from 'preact';
import type { IconName } from '../parts/icon.tsx';
import { CallsScreen } from './calls/calls-screen.tsx';
import { ClusterScreen } from './cluster/cluster-screen.tsx';
import { ErrorsScreen } from './errors/errors-screen.tsx';
import { ExecutionScreen } from './execution/execution-screen.tsx';
import { FlameScreen } from './flame/flame-screen.tsx';
import { LogsScreen } from './logs/logs-screen.tsx';
import { MapScreen } from './map/map-screen.tsx';
import { OverviewScreen } from './overview/overview-screen.tsx';
import { ProfileScreen } from './profiles/profile-screen.tsx';
import { ProfilesScreen } from './profiles/profiles-screen.tsx';
import { SagasScreen } from './sagas/sagas-screen.tsx';
import { ServiceScreen } from './service/service-screen.tsx';
import { ServicesScreen } from './services/services-screen.tsx';
import { SqlScreen } from './sql/sql-screen.tsx';
import { TracesScreen } from './traces/traces-screen.tsx';
import { WaterfallScreen } from './waterfall/waterfall-screen.tsx';

/** A place in the page. `path` is a pattern, `/services/:service`; `show` gets what it found as its properties. */
export interface Screen {
  readonly title: string;
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: each screen knows the parameters of its own path.
  readonly show: ComponentType<any>;
  /** Whether it shows a window of time. Default: true. */
  readonly windowed?: boolean;
  /** Its place in the navigation; a screen without one belongs to the nearest above it that has one. */
  readonly navigation?: {
    readonly icon: IconName;
    readonly keys: string;
    readonly group: 'See' | 'Dig' | 'Holdfast';
  };
}

/** Every screen, in the order of the navigation. */
export const screens: readonly Screen[] = [
  {
    title: 'Overview',
    path: '/',
    show: OverviewScreen,
    navigation: { icon: 'overview', keys: 'g o', group: 'See' },
  },
  {
    title: 'Service map',
    path: '/map',
    show: MapScreen,
    navigation: { icon: 'map', keys: 'g m', group: 'See' },
  },
  { title: 'Calls', path: '/map/:caller/:callee', show: CallsScreen },
  {
    title: 'Execution',
    path: '/execution',
    show: ExecutionScreen,
    navigation: { icon: 'execution', keys: 'g x', group: 'See' },
  },
  {
    title: 'Services',
    path: '/services',
    show: ServicesScreen,
    navigation: { icon: 'services', keys: 'g s', group: 'See' },
  },
  { title: 'Service', path: '/services/:service', show: ServiceScreen },
  {
    title: 'Traces',
    path: '/traces',
    show: TracesScreen,
    navigation: { icon: 'traces', keys: 'g t', group: 'Dig' },
  },
  { title: 'Trace', path: '/traces/:traceId', show: WaterfallScreen, windowed: false },
  {
    title: 'Flame',
    path: '/flame',
    show: FlameScreen,
    navigation: { icon: 'flame', keys: 'g f', group: 'Dig' },
  },
  {
    title: 'Logs',
    path: '/logs',
    show: LogsScreen,
    navigation: { icon: 'logs', keys: 'g l', group: 'Dig' },
  },
  {
    title: 'Errors',
    path: '/errors',
    show: ErrorsScreen,
    navigation: { icon: 'errors', keys: 'g e', group: 'Dig' },
  },
  {
    title: 'Profiles',
    path: '/profiles',
    show: ProfilesScreen,
    windowed: false,
    navigation: { icon: 'profiles', keys: 'g p', group: 'Dig' },
  },
  { title: 'Profile', path: '/profiles/:id', show: ProfileScreen, windowed: false },
  {
    title: 'SQL',
    path: '/sql',
    show: SqlScreen,
    navigation: { icon: 'database', keys: 'g q', group: 'Dig' },
  },
  {
    title: 'Cluster',
    path: '/cluster',
    show: ClusterScreen,
    windowed: false,
    navigation: { icon: 'cluster', keys: 'g c', group: 'Holdfast' },
  },
  {
    title: 'Sagas',
    path: '/sagas',
    show: SagasScreen,
    windowed: false,
    navigation: { icon: 'sagas', keys: 'g a', group: 'Holdfast' },
  },
];
