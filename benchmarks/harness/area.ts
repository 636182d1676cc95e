/** What a new area brings: one file `areas/<area>.ts` whose `area` says which cases there are and who runs them. */
export interface Area {
  /** One line for the head of the table. */
  readonly what: string;
  readonly cases: readonly Case[];
  /** The bare thing each case is compared with: what a call costs with nothing around it. */
  readonly floor: Library;
  readonly holdfast: Library;
  readonly peers: readonly Library[];
}

export interface Case {
  readonly name: string;
  readonly what: string;
  readonly method: Method;
}

/**
 * How a case is measured:
 * `time` in nanoseconds a call, `rate` in million calls a second, `heap` in bytes a call; the median of many rounds;
 * `bytes` is one figure that the subject works out by itself; so is `speed`, virtual time by processor time, in each round.
 */
export type Method = 'time' | 'rate' | 'heap' | 'bytes' | 'speed';

/** One library in one area, with a subject for each case that it can do; what it cannot do is left out. */
export interface Library {
  readonly name: string;
  /** Empty where a version says nothing: the floor, the working copy. */
  readonly version: string;
  readonly subjects: Readonly<Record<string, Subject>>;
}

/** Sets a case up, in a process of its own, and hands over the work to repeat. */
export type Subject = () => Workload | Promise<Workload>;

export interface Workload {
  /** Does the work `calls` times. For `bytes` and `speed`, measures once and returns the figure. */
  run(calls: number): unknown;
}

export const units: Readonly<Record<Method, string>> = {
  time: 'ns/call',
  rate: 'M/s',
  heap: 'B/call',
  bytes: 'B',
  speed: 'x real time',
};

export function better(method: Method): 'lower' | 'higher' {
  return method === 'rate' || method === 'speed' ? 'higher' : 'lower';
}
