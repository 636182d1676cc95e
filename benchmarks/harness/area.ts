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
  /** Of a `figure`, a `load` or a `tail`. */
  readonly unit?: string;
  /** Of a `figure` or a `load`, where less is better. */
  readonly better?: 'lower';
  /** What Holdfast is to reach. */
  readonly goal?: Goal;
  /** Of figures beside it, by their names: at most so much is to be reached of them too. */
  readonly besideAtMost?: Readonly<Record<string, number>>;
}

/** So many times better than every peer, by the median pair; a figure of at most, or of at least so much. */
export type Goal =
  | { readonly times: number; readonly atLeast?: number }
  | { readonly atMost: number }
  | { readonly atLeast: number };

/**
 * How a case is measured:
 * `time` in nanoseconds a call, `rate` in million calls a second, `heap` in bytes a call; the median of many rounds;
 * `bytes`, and `figure` in a unit of its own and the more the better, is what the subject works out by itself, once;
 * `load` is what it works out in each of a few rounds of seconds, with servers that stay up in between: rounds are
 * compared pair by pair, and the worst pair is shown;
 * `tail` is one such thing a round, the less the better, in many rounds: their 99th percentile, beside median and worst.
 */
export type Method = 'time' | 'rate' | 'heap' | 'bytes' | 'figure' | 'load' | 'tail';

/** How many rounds a subject is measured in: one that works its figure out by itself is asked once. */
export function roundsOf(method: Method, scale: number): number {
  if (method === 'bytes' || method === 'figure') return 1;
  if (method === 'tail') return Math.max(1, Math.round(100 * scale));
  return method === 'load' ? 7 : 45;
}

/** One library in one area, with a subject for each case that it can do; what it cannot do is left out. */
export interface Library {
  readonly name: string;
  /** Empty where a version says nothing: the floor, the working copy. */
  readonly version: string;
  readonly subjects: Readonly<Record<string, Subject>>;
}

/**
 * Sets a case up, in a process of its own, and hands over the work to repeat.
 *
 * @param scale - how large it is to be where size takes time: 1 for published figures, less for a quick look.
 */
export type Subject = (scale: number) => Workload | Promise<Workload>;

export interface Workload {
  /** Does the work `calls` times. One that measures itself does so once, and returns the figure, or a {@link LoadRound}. */
  run(calls: number): unknown;
  /** Lets go of what it holds outside its process. */
  stop?(): Promise<void>;
}

/** What a round came to. */
export interface LoadRound {
  readonly value: number;
  /** What it cost, and other figures to be shown beside, by their name and unit. */
  readonly beside: Readonly<Record<string, number>>;
}

const units: Readonly<Record<Method, string>> = {
  time: 'ns/call',
  rate: 'M/s',
  heap: 'B/call',
  bytes: 'B',
  figure: '',
  load: '',
  tail: '',
};

export function unitOf({ method, unit }: Case): string {
  return unit ?? units[method];
}

export function betterOf({ method, better }: Case): 'lower' | 'higher' {
  if (better !== undefined) return better;
  return method === 'rate' || method === 'figure' || method === 'load' ? 'higher' : 'lower';
}
