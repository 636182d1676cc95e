import {
  assert,
  type Clock,
  type Duration,
  invalidArgument,
  type Random,
  seededRandom,
  type Timers,
  toMicros,
} from '@holdfast/core';
import { type Choice, Choices } from '../choices/choices.ts';
import type { Description } from '../host/host-context.ts';
import { HostModel, type HostSurroundings } from '../host/host-model.ts';
import type { HostProcess } from '../host/host-process.ts';
import type { Program } from '../host/program.ts';
import { ArmedSwitches } from '../host/simulated-switches.ts';
import type { ActiveSimulation } from '../interception/active-simulation.ts';
import { interceptGlobals } from '../interception/intercept-globals.ts';
import { NetworkModel } from '../network/network-model.ts';
import { DigestingTracer, silentTracer } from '../trace/digesting-tracer.ts';
import type { Tracer } from '../trace/trace-event.ts';
import { chooseDrive, type DriveName } from './choose-drive.ts';
import { EventLoop } from './event-loop.ts';
import { describeFailure, ProcessExit, type ProcessFailure } from './process-failure.ts';
import type { SimulatedWorldOptions } from './simulated-world-options.ts';
import type { Simulation } from './simulation.ts';

/** Hears of a fault of `kind` that strikes `subject`, and what its host was doing at that moment. */
export type FaultListener = (kind: string, subject: string, description: Description) => void;

/** A simulated world: see {@link Simulation}. One seed and the same calls give one run, event for event. */
export class SimulatedWorld implements Simulation {
  readonly seed: number | string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly choices: Choices;
  readonly network: NetworkModel;
  readonly tracer: Tracer;
  readonly hosts: HostModel[] = [];
  readonly failures: ProcessFailure[] = [];
  onEvent: (() => void) | undefined;
  /** Called when a fault strikes, by chance or by {@link strike}. */
  onFault: FaultListener | undefined;
  readonly #loop: EventLoop;
  readonly #random: Random;
  readonly #streams = new Map<string, Random>();
  readonly #hosts = new Map<string, HostModel>();
  readonly #tracer: DigestingTracer;
  readonly #surroundings: HostSurroundings;
  readonly #drive: DriveName;
  readonly #active: ActiveSimulation = {
    context: () => this.#loop.turn.running?.context,
    exit: (code) => this.#exit(code),
  };
  #running = false;
  #closed = false;
  /** An error of code that is on no host: the run rejects with it. */
  #stray: { readonly error: unknown } | undefined;

  /** @throws HoldfastError INVALID_ARGUMENT. */
  constructor(options: SimulatedWorldOptions) {
    const { seed, only, tracer = silentTracer, switches = 0, shuffleTies = false } = options;
    const { atlas, wallSkew = '50ms', wall = Date.UTC(2026, 0, 1), drive = 'fast' } = options;
    if (!(switches >= 0 && switches <= 1)) throw invalidArgument('switches', switches, 'a share from 0 to 1');
    if (!Number.isSafeInteger(wall)) throw invalidArgument('wall', wall, 'whole milliseconds since 1970');
    this.seed = seed;
    this.#tracer = new DigestingTracer(tracer);
    this.tracer = this.#tracer;
    this.choices = new Choices(seed, {
      only,
      now: () => this.#loop.clock.now(),
      onTaken: (choice) => this.#chanceStruck(choice),
    });
    const ties = this.choices.site('tie');
    const { chooseTie = shuffleTies ? (count: number) => ties.below(count) : undefined } = options;
    this.#loop = new EventLoop(wall, options, chooseTie, (process, error) =>
      this.#failed(process, error, 'thrown'),
    );
    const { clock, queue, turn } = this.#loop;
    this.clock = clock;
    this.timers = queue;
    this.#random = seededRandom(seed);
    this.#drive = drive;
    const inside = { clock, choices: this.choices, tracer: this.tracer };
    this.network = new NetworkModel({ ...inside, timers: queue });
    this.#surroundings = {
      ...inside,
      queue,
      turn,
      random: this.random('hosts'),
      switches: new ArmedSwitches(this.choices, switches),
      network: this.network,
      atlas,
      wallSkew: toMicros(wallSkew, 'wallSkew'),
      run: (process, code) => this.#run(process, code),
    };
  }

  get events(): number {
    return this.#loop.events;
  }

  get digest(): string {
    return this.#loop.digest.toString();
  }

  /** As {@link digest}, over what happened on hosts only: faults that nobody has noticed make no difference. */
  get hostDigest(): string {
    return this.#loop.digest.ofHosts;
  }

  /** As {@link digest}, over all that the tracer was told; the same for all runs without one. */
  get traceDigest(): string {
    return this.#tracer.digest;
  }

  /** How many events are pending. */
  get pending(): number {
    return this.#loop.queue.size;
  }

  random(name: string): Random {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = this.#random.fork(name);
      this.#streams.set(name, stream);
    }
    return stream;
  }

  host(name: string): HostModel {
    const host = this.#hosts.get(name);
    if (host === undefined)
      throw invalidArgument('name', name, `one of ${[...this.#hosts.keys()].join(', ')}`);
    return host;
  }

  /** @throws HoldfastError INVALID_ARGUMENT when the name is taken, or is no host name. */
  addHost(name: string, program: Program): HostModel {
    if (this.#hosts.has(name)) throw invalidArgument('name', name, 'a name that no other host has');
    const host = new HostModel(name, this.hosts.length + 1, program, this.#surroundings);
    this.#hosts.set(name, host);
    this.hosts.push(host);
    host.start();
    return host;
  }

  /** Tells {@link onFault} of a fault that is no chance: of a plan. */
  strike(kind: string, subject: string): void {
    this.onFault?.(kind, subject, this.#hostOf(subject)?.describe() ?? nobody);
  }

  async runFor(duration: Duration): Promise<void> {
    const target = this.#begin(duration, true);
    try {
      const restoreGlobals = interceptGlobals(this.#active);
      try {
        const drive = await chooseDrive(this.#drive);
        let happened = false;
        const step = () => {
          this.#endTurn(happened);
          happened = this.#next(target);
          return happened;
        };
        await drive(step, (error, how) => this.#failed(this.#loop.turn.culprit(how), error, how));
      } finally {
        restoreGlobals();
      }
    } finally {
      this.#end(target);
    }
  }

  runForSync(duration: Duration): void {
    const target = this.#begin(duration, false);
    try {
      while (this.#next(target)) this.#endTurn(true);
    } finally {
      this.#end(target);
    }
  }

  close(): void {
    for (const host of this.hosts) host.crash();
    this.#closed = true;
  }

  #begin(duration: Duration, asynchronous: boolean): number {
    const target = this.#loop.clock.micros + toMicros(duration);
    assert(!this.#closed, 'a simulation that was closed runs no more');
    assert(!this.#running, 'a simulation runs once at a time: await runFor before the next run');
    this.#running = true;
    this.#loop.turn.asynchronous = asynchronous;
    return target;
  }

  #end(target: number): void {
    this.#running = false;
    this.#loop.turn.pass();
    if (!this.#closed && this.#loop.queue.now === target) this.#loop.clock.micros = target;
  }

  /** Does the next event due by `limit`. */
  #next(limit: number): boolean {
    return !this.#closed && this.#loop.fireNext(limit);
  }

  /** What follows an event, once its promises have gone on as far as they can. */
  #endTurn(happened: boolean): void {
    this.#loop.turn.pass();
    const stray = this.#stray;
    if (stray !== undefined) {
      this.#stray = undefined;
      throw stray.error;
    }
    if (happened) this.onEvent?.();
  }

  /** Begins a program. */
  #run(process: HostProcess, code: () => void | Promise<void>): void {
    const finished = code();
    if (finished instanceof Promise) finished.catch((error) => this.#failed(process, error, 'rejected'));
  }

  #exit(code: number): never {
    const exit = new ProcessExit(code);
    this.#failed(this.#loop.turn.running, exit, 'exited');
    throw exit;
  }

  /** Ends `process` with what its code did not catch. Code on no host ends the run. */
  #failed(process: HostProcess | undefined, error: unknown, how: ProcessFailure['how']): void {
    if (process === undefined) {
      this.#stray ??= { error };
      return;
    }
    if (!process.alive) return;
    assert(this.failures.length < failuresMax, 'the simulation runs away: too many processes have failed');
    const { host, incarnation } = process;
    const failure: ProcessFailure = { host, incarnation, at: this.#loop.clock.micros, how, error };
    this.failures.push(failure);
    if (this.tracer.enabled) {
      this.tracer.record({ what: 'note', at: failure.at, host, text: describeFailure(failure) });
    }
    this.host(host).crash();
  }

  #chanceStruck({ kind, subject }: Choice): void {
    if (this.tracer.enabled)
      this.tracer.record({ what: 'fault', at: this.#loop.clock.micros, kind, subject });
    if (this.onFault !== undefined) this.strike(kind, subject);
  }

  /** The host that `subject` names, or to which the link that it names leads. */
  #hostOf(subject: string): HostModel | undefined {
    return this.#hosts.get(subject.slice(subject.indexOf('>') + 1));
  }
}

const nobody: Description = { role: '', phase: '' };
/** As many processes may fail in one world; one more ends the run. */
const failuresMax = 100_000;
