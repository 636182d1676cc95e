import type { Duration } from '@holdfast/core';
import type { Choice } from '../choices/choices.ts';
import type { FaultAtlas } from '../disk/fault-atlas.ts';
import type { Tracer } from '../trace/trace-event.ts';
import type { DriveName } from './choose-drive.ts';

export interface SimulatedWorldOptions {
  readonly seed: number | string;
  /** Nothing improbable happens but these; see `Choices`. */
  readonly only?: readonly Choice[] | undefined;
  /** Hears of all that happens. Default: nobody does. */
  readonly tracer?: Tracer | undefined;
  /** Hears of every event when it has been fired. */
  readonly observer?: EventObserver | undefined;
  /** Share of rare branches (`Switches`) that are armed, from 0 to 1. Default 0. */
  readonly switches?: number | undefined;
  /** Whether the seed decides the order of events at one instant. Default: the order in which they were armed. */
  readonly shuffleTies?: boolean | undefined;
  /** Decides that order instead: which of `count` events, in the order of arming, comes next. */
  readonly chooseTie?: ((count: number) => number) | undefined;
  /** Keeps the lasting damage of the hosts' disks survivable. Default: none, and no limit to damage. */
  readonly atlas?: FaultAtlas | undefined;
  /** How far each host's wall clock may be off at first, either way. Default '50ms'. */
  readonly wallSkew?: Duration | undefined;
  /** What the true wall clock shows at first, in milliseconds since the Unix epoch. Default 2026-01-01T00:00:00Z. */
  readonly wall?: number | undefined;
  /** How many events may be pending, or happen at one instant; one more ends the run with ASSERTION_FAILED. Default 1,000,000. */
  readonly pendingMax?: number | undefined;
  /** How `runFor` lets promises go on. Default 'fast', where that is proven to work. */
  readonly drive?: DriveName | undefined;
}

/** @param host - whose event it was, by name; undefined for those of the world. @param kind - its class. */
export type EventObserver = (at: number, host: string | undefined, kind: string) => void;
