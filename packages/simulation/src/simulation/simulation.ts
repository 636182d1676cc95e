import type { Clock, Duration, Random, Timers } from '@holdfast/core';
import type { Choices } from '../choices/choices.ts';
import type { SimulatedDisk } from '../disk/simulated-disk.ts';
import type { Description } from '../host/host-context.ts';
import type { Program } from '../host/program.ts';
import type { SimulatedNetwork } from '../network/simulated-network.ts';
import type { Tracer } from '../trace/trace-event.ts';
import type { ProcessFailure } from './process-failure.ts';

/** One simulated world: hosts, a network between them, and virtual time. */
export interface Simulation {
  readonly seed: number | string;
  /** True time, which no host sees. Every event is a timer of {@link timers}. */
  readonly clock: Clock;
  readonly timers: Timers;
  readonly choices: Choices;
  /** A stream named after its purpose: `random('workload')`. */
  random(name: string): Random;
  readonly network: SimulatedNetwork;
  readonly tracer: Tracer;
  /** In the order in which they were added. */
  readonly hosts: readonly SimulatedHost[];
  /** @throws HoldfastError INVALID_ARGUMENT when there is none of that name. */
  host(name: string): SimulatedHost;
  /** Adds a host and starts it: its program begins with an event of this instant, when time next passes. */
  addHost(name: string, program: Program): SimulatedHost;
  /** The processes that ended by themselves so far, in order. */
  readonly failures: readonly ProcessFailure[];
  /** Events so far. */
  readonly events: number;
  /** Stands for all that has happened so far: equal for equal runs. */
  readonly digest: string;
  /** Called after every event. */
  onEvent: (() => void) | undefined;
  /** Lets virtual time pass, and all promises go on as far as they can between events. */
  runFor(duration: Duration): Promise<void>;
  /** The same for programs that use no promises: several times faster. */
  runForSync(duration: Duration): void;
  /** Ends every process. Nothing of this world does anything afterwards. */
  close(): void;
}

export interface SimulatedHost {
  readonly name: string;
  readonly state: 'up' | 'paused' | 'down';
  readonly disk: SimulatedDisk;
  /** What its program says of itself; `{ role: 'down', phase: '' }` while down. */
  describe(): Description;
  start(): void;
  /** Ends its process at once: timers, messages to it and unflushed writes are gone, as chance and the disk say. */
  crash(): void;
  /** Its timers, messages and disk completions wait until it is resumed. */
  pause(): void;
  resume(): void;
  /** Lets its processes act so many microseconds late, and then do all that has come by then; 0 for at once. */
  setLag(micros: number): void;
  /** Moves its wall clock. */
  jumpWall(milliseconds: number): void;
  /** Lets its clocks and timers run faster by so many parts per million; 0 for true time. */
  drift(partsPerMillion: number): void;
}
