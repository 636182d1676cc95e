import type { Window } from './signals.ts';

/** The critical paths of many traces, laid over one another; with the difference to another window where one was named. */
export interface FlameView extends Window {
  readonly traces: number;
  readonly baseTraces: number | undefined;
  /** Depth first; a node's children follow it. */
  readonly nodes: readonly FlameNode[];
  /** What got slower or faster, the largest first. */
  readonly changes: readonly FlameChange[];
}

export interface FlameNode {
  readonly parent: number;
  readonly service: string;
  readonly operation: string;
  /** Mean milliseconds a trace on the critical path, children included. */
  readonly total: number;
  readonly self: number;
  /** Share of the traces in which it is on the critical path. */
  readonly presence: number;
  /** The same in the other window. */
  readonly baseTotal: number | undefined;
  readonly baseSelf: number | undefined;
}

export interface FlameChange {
  readonly service: string;
  readonly operation: string;
  /** Milliseconds a trace of its own time on the critical path, after and before. */
  readonly self: number;
  readonly baseSelf: number;
}
