import type { Health, Red, Window } from './signals.ts';

/**
 * What leads to what: operations in the order in which they run, the data that they use, and the ways between. Who leads to whom,
 * and in which order, is from the newest traces; figures of operations are from all of their spans. `within` tells operations
 * within a service from the one that entered it.
 */
export interface ExecutionView extends Window {
  /** How many traces it is from. */
  readonly traces: number;
  /** Callers before what they call, callees of one caller in their order. */
  readonly nodes: readonly ExecutionNode[];
  readonly edges: readonly ExecutionEdge[];
  /** How many more nodes there are: those with the fewest calls. */
  readonly omitted: number;
}

export interface ExecutionNode {
  /** `data` is a table or collection of a database; `client` and `producer` are calls of which no answerer is known. */
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | 'data' | 'topic';
  /** Whose operation it is; undefined for data and topics, which services share. */
  readonly service: string | undefined;
  /** The operation, table, or topic. */
  readonly name: string;
  /** Whom it calls, where no answerer is known. */
  readonly peer: string | undefined;
  readonly red: Red;
  readonly health: Health;
  /** Milliseconds of its own a call, while it waits for nobody known; undefined for data and topics. */
  readonly self: number | undefined;
  /** Whether traces begin with it. */
  readonly entry: boolean;
}

export interface ExecutionEdge {
  /** Indexes into `nodes`; of `receives` the receiver is `from` as well, though the message goes to it. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'call' | 'message' | 'reads' | 'writes' | 'sends' | 'receives';
  /** As `from` sees it. */
  readonly red: Red;
  readonly health: Health;
  /** Where it stands among all that `from` does, from 1; one place is shared by what has no order. Undefined where that is not known. */
  readonly place: number | undefined;
  /** Whether it runs while something else of `from` does, or another of the same. */
  readonly parallel: boolean;
  /** How often one run of `from` that does it does it. */
  readonly times: number;
}
