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
import type { FaultAtlas } from '../disk/fault-atlas.ts';
import { asyncProcess, runAsProcess } from '../host/current-process.ts';
import type { Description } from '../host/host-context.ts';
import { HostModel, type HostSurroundings } from '../host/host-model.ts';
import type { HostProcess, Turn } from '../host/host-process.ts';
import { ArmedSwitches } from '../host/simulated-switches.ts';
import { NetworkModel } from '../network/network-model.ts';
import type { Program } from '../scenario/scenario.ts';
import { DigestingTracer, silentTracer } from '../trace/digesting-tracer.ts';
import type { Tracer } from '../trace/trace-event.ts';
import { chooseDrive, type DriveName } from './choose-drive.ts';
import { EventDigest } from './event-digest.ts';
import { EventQueue } from './event-queue.ts';
import { describeFailure, type ProcessFailure } from './process-failure.ts';
import type { Simulation } from './simulation.ts';
import { TrueClock } from './true-clock.ts';

export interface SimulatedWorldOptions {
  readonly seed: number | string;
  /** Nothing improbable happens but these; see `Choices`. */
  readonly only?: readonly Choice[] | undefined;
  /** Hears of all that happens. Default: nobody does. */
  readonly tracer?: Tracer | undefined;
  /** Share of rare branches (`Switches`) that are armed, from 0 to 1. Default 0. */
  readonly switches?: number | undefined;
  /** Whether the seed decides the order of events at one instant. Default: the order in which they were armed. */
  readonly shuffleTies?: boolean | undefined;
  /** Keeps the lasting damage of the hosts' disks survivable. Default: none, and no limit to damage. */
  readonly atlas?: FaultAtlas | undefined;
  /** How far each host's wall clock may be off at first, either way. Default '50ms'. */
  readonly wallSkew?: Duration | undefined;
  /** What the true wall clock shows at first, in milliseconds since the Unix epoch. Default 2026-01-01T00:00:00Z. */
  readonly wall?: number | undefined;
  /** How many events may be pending; one more ends the run with ASSERTION_FAILED. Default 1,000,000. */
  readonly pendingMax?: number | undefined;
  /** How {@link SimulatedWorld.runFor} lets promises go on. Default: the fast way where it is proven to work. */
  readonly drive?: DriveName | undefined;
}

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
  /** What programs did not catch, in order; the process of each has crashed with it. */
  readonly failures: ProcessFailure[] = [];
  onEvent: (() => void) | undefined;
  /** Called when a fault strikes, by chance or by {@link strike}. */
  onFault: FaultListener | undefined;
  readonly #clock: TrueClock;
  readonly #queue: EventQueue;
  readonly #turn: Turn = { process: undefined };
  readonly #random: Random;
  readonly #streams = new Map<string, Random>();
  readonly #hosts = new Map<string, HostModel>();
  readonly #digest: EventDigest = new EventDigest();
  readonly #tracer: DigestingTracer;
  readonly #surroundings: HostSurroundings;
  readonly #drive: DriveName;
  #events = 0;
  #running = false;
  #closed = false;
  /** An error of code that is on no host: the run rejects with it. */
  #stray: { readonly error: unknown } | undefined;

  constructor({
    seed,
    only,
    tracer = silentTracer,
    switches = 0,
    shuffleTies = false,
    atlas,
    wallSkew = '50ms',
    wall = Date.UTC(2026, 0, 1),
    pendingMax = 1_000_000,
    drive = 'fast',
  }: SimulatedWorldOptions) {
    if (!(switches >= 0 && switches <= 1)) throw invalidArgument('switches', switches, 'a share from 0 to 1');
    if (!Number.isSafeInteger(wall)) throw invalidArgument('wall', wall, 'whole milliseconds since 1970');
    this.seed = seed;
    this.#tracer = new DigestingTracer(tracer);
    this.tracer = this.#tracer;
    this.choices = new Choices(seed, { only, onTaken: (choice) => this.#chanceStruck(choice) });
    this.#clock = new TrueClock(wall);
    this.clock = this.#clock;
    const ties = shuffleTies ? this.choices.site('tie') : undefined;
    this.#queue = new EventQueue({ ties, pendingMax });
    this.timers = this.#queue;
    this.#random = seededRandom(seed);
    this.#drive = drive;
    const inside = { clock: this.clock, choices: this.choices, tracer: this.tracer };
    this.network = new NetworkModel({ ...inside, timers: this.#queue });
    this.#surroundings = {
      ...inside,
      queue: this.#queue,
      turn: this.#turn,
      random: this.random('hosts'),
      switches: new ArmedSwitches(this.choices, switches),
      network: this.network,
      atlas,
      wallSkew: toMicros(wallSkew, 'wallSkew'),
      run: (process, code) => this.#run(process, code),
    };
  }

  get hosts(): readonly HostModel[] {
    return [...this.#hosts.values()];
  }

  get events(): number {
    return this.#events;
  }

  get digest(): string {
    return this.#digest.toString();
  }

  /** As {@link digest}, over all that the tracer was told; the same for all runs without one. */
  get traceDigest(): string {
    return this.#tracer.digest;
  }

  /** How many events are pending. */
  get pending(): number {
    return this.#queue.size;
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
    const host = new HostModel(name, this.#hosts.size + 1, program, this.#surroundings);
    this.#hosts.set(name, host);
    host.start();
    return host;
  }

  /** Tells {@link onFault} of a fault that is no chance: of a plan. */
  strike(kind: string, subject: string): void {
    this.onFault?.(kind, subject, this.#hostOf(subject)?.describe() ?? nobody);
  }

  async runFor(duration: Duration): Promise<void> {
    const target = this.#begin(duration);
    try {
      const drive = await chooseDrive(this.#drive);
      let happened = false;
      const step = () => {
        if (this.#stray !== undefined) throw this.#stray.error;
        if (happened) this.onEvent?.();
        happened = this.#next(target);
        return happened;
      };
      await drive(step, (error, how) => this.#uncaught(error, how));
    } finally {
      this.#end(target);
    }
  }

  runForSync(duration: Duration): void {
    const target = this.#begin(duration);
    try {
      while (this.#next(target)) {
        if (this.#stray !== undefined) throw this.#stray.error;
        this.onEvent?.();
      }
    } finally {
      this.#end(target);
    }
  }

  close(): void {
    for (const host of this.#hosts.values()) host.crash();
    this.#closed = true;
  }

  #begin(duration: Duration): number {
    const target = this.#clock.micros + toMicros(duration);
    assert(!this.#closed, 'a simulation that was closed runs no more');
    assert(!this.#running, 'a simulation runs once at a time: await runFor before the next run');
    this.#running = true;
    return target;
  }

  #end(target: number): void {
    this.#running = false;
    this.#turn.process = undefined;
    const completed = this.#stray === undefined;
    this.#stray = undefined;
    if (completed && !this.#closed) this.#clock.micros = target;
  }

  /** Does the next event due by `limit`. */
  #next(limit: number): boolean {
    if (this.#closed) return false;
    const event = this.#queue.takeNext(limit);
    if (event === undefined) return false;
    const time = this.#queue.now;
    const turn = this.#turn;
    this.#clock.micros = time;
    turn.process = undefined;
    try {
      event.fire();
    } catch (error) {
      this.#failed(turn.process, error, 'thrown');
    }
    this.#events++;
    this.#digest.add(time, turn.process === undefined ? 0 : (turn.process as HostProcess).number, event);
    return true;
  }

  #run(process: HostProcess, code: () => void | Promise<void>): void {
    const finished = runAsProcess(process, code);
    if (finished instanceof Promise) finished.catch((error) => this.#failed(process, error, 'rejected'));
  }

  #uncaught(error: unknown, how: 'thrown' | 'rejected'): void {
    const local = asyncProcess();
    const process =
      local === 'outside' ? undefined : ((local as HostProcess | undefined) ?? this.#turn.process);
    this.#failed(process, error, how);
  }

  #failed(process: HostProcess | undefined, error: unknown, how: 'thrown' | 'rejected'): void {
    if (process === undefined) {
      this.#stray ??= { error };
      return;
    }
    if (!process.alive) return;
    const { host, incarnation } = process;
    const failure: ProcessFailure = { host, incarnation, at: this.#clock.micros, how, error };
    this.failures.push(failure);
    if (this.tracer.enabled) {
      this.tracer.record({ what: 'note', at: failure.at, host, text: describeFailure(failure) });
    }
    this.host(host).crash();
  }

  #chanceStruck({ kind, subject }: Choice): void {
    if (this.tracer.enabled) this.tracer.record({ what: 'fault', at: this.#clock.micros, kind, subject });
    if (this.onFault !== undefined) this.strike(kind, subject);
  }

  /** The host that `subject` names, or to which the link that it names leads. */
  #hostOf(subject: string): HostModel | undefined {
    return this.#hosts.get(subject.slice(subject.indexOf('>') + 1));
  }
}

const nobody: Description = { role: '', phase: '' };
