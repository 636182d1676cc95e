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
  /** Of a `figure`. */
  readonly unit?: string;
}

/**
 * How a case is measured:
 * `time` in nanoseconds a call, `rate` in million calls a second, `heap` in bytes a call; the median of many rounds;
 * `bytes`, and `figure` in a unit of its own and the more the better, is what the subject works out by itself, once.
 */
export type Method = 'time' | 'rate' | 'heap' | 'bytes' | 'figure';

/** Whether a subject is asked once for what it worked out, and not measured in rounds. */
export function measuresItself(method: Method): boolean {
  return method === 'bytes' || method === 'figure';
}

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
  /** Does the work `calls` times. One that measures itself does so once, and returns the figure. */
  run(calls: number): unknown;
}

const units: Readonly<Record<Method, string>> = {
  time: 'ns/call',
  rate: 'M/s',
  heap: 'B/call',
  bytes: 'B',
  figure: '',
};

export function unitOf({ method, unit }: Case): string {
  return unit ?? units[method];
}

export function better(method: Method): 'lower' | 'higher' {
  return method === 'rate' || method === 'figure' ? 'higher' : 'lower';
}
