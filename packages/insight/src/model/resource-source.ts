import type { TimeWindow } from './span-source.ts';

/** What a process lives on, by what is measured of it. */
export type ResourceMeasure =
  /** Shares, from 0 to 1: of the CPU time and the memory that may be used, of the heap, of the file descriptors. */
  | 'cpu'
  | 'memory'
  | 'heap'
  | 'handles'
  /** How full a queue is, a share. */
  | 'queue'
  /** Shares of time: in which the event loop was not idle, spent on garbage, held back by a quota, waited for CPU or disks. */
  | 'event-loop'
  | 'gc'
  | 'throttled'
  | 'cpu-pressure'
  | 'io-pressure'
  /** Seconds that what was due in the event loop had to wait. */
  | 'event-loop-delay';

/** What was measured of one resource of one process in a window. */
export interface ResourceReadings {
  readonly service: string;
  /** As spans call it. */
  readonly instance: string | undefined;
  readonly measure: ResourceMeasure;
  /** By time, at even distances as far as there are any. */
  readonly levels: readonly number[];
}

export interface ResourceQuery extends TimeWindow {
  /** So many levels of each resource, at most; where there are more, those of neighbours are laid together. */
  readonly levelsMax: number;
}

/** Where analyses read what processes live on. Only what is known is told. */
export interface ResourceSource {
  resources(query: ResourceQuery, signal?: AbortSignal): Promise<readonly ResourceReadings[]>;
}
