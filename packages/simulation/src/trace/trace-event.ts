import type { JsonValue } from '@holdfast/core';

/** What the simulator tells of a run, in the order in which it happened. `at` is true time in microseconds. */
export type TraceEvent =
  /** A message or a packet leaves `from`; `id` is its number in this run. */
  | {
      readonly what: 'send';
      readonly at: number;
      readonly id: number;
      readonly from: string;
      readonly to: string;
      readonly message: JsonValue;
    }
  /** It arrives; a duplicate has the same id. */
  | { readonly what: 'deliver'; readonly at: number; readonly id: number }
  /** It does not arrive, and why: a fault's kind, or `'host-down'`. */
  | { readonly what: 'drop'; readonly at: number; readonly id: number; readonly why: string }
  /** A host starts, crashes, is paused or goes on. */
  | { readonly what: 'host'; readonly at: number; readonly host: string; readonly state: HostChange }
  /** A disk operation ends. */
  | {
      readonly what: 'disk';
      readonly at: number;
      readonly host: string;
      readonly operation: string;
      readonly outcome: string;
    }
  /** A fault strikes: of the plan (with its index there) or by chance. */
  | {
      readonly what: 'fault';
      readonly at: number;
      readonly kind: string;
      readonly subject: string;
      readonly index?: number;
    }
  /** A fault of the plan is over. */
  | { readonly what: 'fault-end'; readonly at: number; readonly kind: string; readonly index: number }
  /** An inhabitant says something of itself, such as that it became the leader. */
  | {
      readonly what: 'note';
      readonly at: number;
      readonly host: string;
      readonly text: string;
      readonly data?: JsonValue;
    }
  /** A client's operation begins; `id` is its number in this run. */
  | {
      readonly what: 'invoke';
      readonly at: number;
      readonly id: number;
      readonly client: string;
      readonly operation: JsonValue;
    }
  /** It ends; `'unknown'` when nobody can say whether it happened. */
  | {
      readonly what: 'complete';
      readonly at: number;
      readonly id: number;
      readonly outcome: 'ok' | 'failed' | 'unknown';
      readonly value?: JsonValue;
    }
  /** The storm is over and everything is healed. */
  | { readonly what: 'healed'; readonly at: number }
  /** What the run failed of. */
  | { readonly what: 'failure'; readonly at: number; readonly text: string };

export type HostChange = 'started' | 'crashed' | 'paused' | 'resumed';

/** Where trace events go. Whoever makes one asks `enabled` first: an event nobody wants is not made. */
export interface Tracer {
  readonly enabled: boolean;
  record(event: TraceEvent): void;
}
