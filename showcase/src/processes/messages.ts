import type { ServiceName } from '../shop/services.ts';
import type { PolicyReading, Variant } from '../stack/stack.ts';
import type { Tally } from '../stack/tally.ts';
import type { MemberName, StorePorts } from '../store/members.ts';
import type { Conditions } from '../storm/conditions.ts';
import type { TelemetryOrder } from '../telemetry/tell.ts';
import type { Usage } from './usage.ts';

/** What a service process is started with, as JSON in its first argument. */
export interface ServiceOrder {
  readonly service: ServiceName;
  readonly variant: Variant;
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** Where the store is; undefined where the shop has none. */
  readonly store: readonly string[] | undefined;
  /** Folder of the books. */
  readonly folder: string;
  readonly seed: string;
  /** Undefined: it tells nothing. */
  readonly telemetry: TelemetryOrder | undefined;
}

/** What a member of the store is started with, as JSON in its first argument. */
export interface MemberOrder {
  readonly member: MemberName;
  readonly ports: StorePorts;
  /** Folder of the shop: each member has one of its own in it. */
  readonly folder: string;
  /** What it says it is a version of. */
  readonly variant: Variant;
  /** Undefined: it tells nothing. */
  readonly telemetry: TelemetryOrder | undefined;
}

/** How a process is, as it says itself several times a second. */
export interface Vitals {
  readonly usage: Usage;
}

export interface ServiceVitals extends Vitals {
  readonly tally: Tally;
  /** Hands at work, and work waiting for a hand. */
  readonly busy: number;
  readonly waiting: number;
  /** Things still to be done for accepted orders. */
  readonly owed: number;
  readonly readings: readonly PolicyReading[];
}

export interface MemberVitals extends Vitals {
  /** Whether it leads, follows, or does not know whom. */
  readonly role: 'leads' | 'follows' | 'elects';
  readonly term: number;
}

/** From a process to its supervisor. */
export type ProcessMessage<Said extends Vitals = Vitals> =
  | { readonly type: 'ready' }
  | { readonly type: 'cannot-listen'; readonly code: string }
  | { readonly type: 'vitals'; readonly vitals: Said };

/** From the supervisor to a service. */
export type SupervisorMessage = {
  readonly type: 'weather';
  readonly conditions: Conditions;
};

/** Between two reports of vitals. */
export const vitalsEveryMillis = 200;
