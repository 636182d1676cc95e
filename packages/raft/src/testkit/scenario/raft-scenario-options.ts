import type { FaultProfile } from '@holdfast/simulation';
import type { RaftOptions } from '../../member/options.ts';

/** What a scenario of Raft consists of. */
export interface RaftScenarioOptions {
  readonly name: string;
  /** Hosts of the first voters. */
  readonly voters: readonly string[];
  /** Those of the voters that keep no commands. Default none. */
  readonly witnesses?: readonly string[];
  /** Hosts that receive the log and do not vote. Default none. */
  readonly learners?: readonly string[];
  /** Hosts that belong to the cluster only when a change of members brings them in. Default none. */
  readonly spares?: readonly string[];
  /** Clients on each host: also a member that is cut off has some. Default 2. */
  readonly clients?: number;
  /** Default 3. */
  readonly keys?: number;
  /** How long a client waits for an answer before it asks again, in microseconds. Default 200,000. */
  readonly retryAfter?: number;
  /** Operations of clients in a second of the storm, all together. Default 15. */
  readonly rate?: number;
  /** How many in a hundred of them are reads. Default 40. */
  readonly readsPerHundred?: number;
  /**
   * Which orders of an operator there are besides. Default transfers of leadership, elections on demand, and leaders
   * that are cut off or crash.
   */
  readonly orders?: readonly OrderKind[];
  /** How many orders there are in a second of the storm, alone or several together. Default 2. */
  readonly ordersPerSecond?: number;
  /** What the cores are given on top of the settings of all simulated members. */
  readonly settings?: Partial<Omit<RaftOptions, 'id' | 'random'>>;
  /** By how much clocks drift where the operator makes them, in parts per million. Default 0. */
  readonly drift?: number;
  readonly faults?: FaultProfile;
}

export type OrderKind = Order['kind'];

/** What an operator asks of a cluster. */
export type Order =
  /** The leader hands over to `to`. */
  | { readonly kind: 'transfer'; readonly to: string }
  /** `host` holds an election now. */
  | { readonly kind: 'campaign'; readonly host: string }
  /** These hosts become the voters, and all others learners or nothing. */
  | {
      readonly kind: 'change-members';
      readonly voters: readonly string[];
      readonly learners: readonly string[];
      readonly by: 'automatic' | 'joint' | 'joint-explicit';
    }
  | { readonly kind: 'leave-joint' }
  /** Who leads, if anybody does, is cut off from all others for so many microseconds. */
  | { readonly kind: 'isolate-leader'; readonly for: number }
  /** Who leads stands still for so many microseconds. */
  | { readonly kind: 'pause-leader'; readonly for: number }
  /** Nothing gets from the leader to `host`, or back, for so many microseconds. */
  | { readonly kind: 'cut-from-leader'; readonly host: string; readonly for: number }
  /** The leader hands over to `to`, and is cut off `after` so many microseconds, perhaps before it has heard of that. */
  | { readonly kind: 'fumble-transfer'; readonly to: string; readonly after: number; readonly for: number }
  /** The leader is cut off from `host`, and `after` so many microseconds from all others, which restart and find `host` campaigning. */
  | { readonly kind: 'abandon'; readonly host: string; readonly after: number; readonly for: number }
  /** `host`, or null for who leads, ends and starts again after so many microseconds. */
  | { readonly kind: 'restart'; readonly host: string | null; readonly for: number }
  /** The leader's clocks run slower by so much, and all others faster; or all true, for 0. */
  | { readonly kind: 'drift'; readonly partsPerMillion: number }
  /** The disk of `host` is replaced by an empty one. Left undone where too few good copies might be left. */
  | { readonly kind: 'lose-disk'; readonly host: string };
