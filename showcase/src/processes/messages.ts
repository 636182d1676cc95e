import type { ServiceName } from '../shop/services.ts';
import type { PolicyReading, Variant } from '../stack/stack.ts';
import type { Tally } from '../stack/tally.ts';
import type { Conditions } from '../storm/conditions.ts';
import type { TelemetryOrder } from '../telemetry/tell.ts';

/** What a service process is started with, as JSON in its first argument. */
export interface ServiceOrder {
  readonly service: ServiceName;
  readonly variant: Variant;
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** Folder of the books. */
  readonly folder: string;
  readonly seed: string;
  /** Undefined: it tells nothing. */
  readonly telemetry: TelemetryOrder | undefined;
}

export interface Vitals {
  readonly tally: Tally;
  /** Hands at work, and work waiting for a hand. */
  readonly busy: number;
  readonly waiting: number;
  /** Things still to be done for accepted orders. */
  readonly owed: number;
  readonly readings: readonly PolicyReading[];
}

/** From a service to its supervisor. */
export type ServiceMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'cannot-listen'; readonly code: string }
  | { readonly type: 'vitals'; readonly vitals: Vitals };

/** From the supervisor to a service. */
export type SupervisorMessage = {
  readonly type: 'weather';
  readonly conditions: Conditions;
};
