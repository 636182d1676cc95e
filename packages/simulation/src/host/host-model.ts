import { type Clock, invalidArgument, type JsonValue, type Random, Timer } from '@holdfast/core';
import type { Choices } from '../choices/choices.ts';
import { DiskModel } from '../disk/disk-model.ts';
import type { FaultAtlas } from '../disk/fault-atlas.ts';
import type { NetworkModel } from '../network/network-model.ts';
import type { EventQueue } from '../simulation/event-queue.ts';
import type { SimulatedHost } from '../simulation/simulation.ts';
import type { HostChange, Tracer } from '../trace/trace-event.ts';
import { HostClock } from './host-clock.ts';
import type { Description, HostContext } from './host-context.ts';
import { HostProcess } from './host-process.ts';
import { HostTimers } from './host-timers.ts';
import type { Program } from './program.ts';
import { type ArmedSwitches, HostSwitches } from './simulated-switches.ts';
import type { Turn } from './turn.ts';

/** What hosts have of the world that they are in. */
export interface HostSurroundings {
  readonly clock: Clock;
  readonly queue: EventQueue;
  readonly turn: Turn;
  readonly choices: Choices;
  readonly random: Random;
  readonly switches: ArmedSwitches;
  readonly tracer: Tracer;
  readonly network: NetworkModel;
  readonly atlas: FaultAtlas | undefined;
  /** How far a wall clock may be off at first, in microseconds. */
  readonly wallSkew: number;
  /** Runs `code` as the process's own, and answers for what it does not catch. */
  run(process: HostProcess, code: () => void | Promise<void>): void;
}

const down: Description = { role: 'down', phase: '' };
const undescribed: Description = { role: 'up', phase: '' };
/** A monotonic clock begins anywhere below this: hosts that compare theirs are in for a surprise. */
const originEnd = 2 ** 32;
const namePattern = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;

/** A host of a simulated world: its clock and its disk, which stay, and its process, which comes and goes. */
export class HostModel implements SimulatedHost {
  readonly name: string;
  readonly disk: DiskModel;
  readonly clock: HostClock;
  readonly #number: number;
  readonly #program: Program;
  readonly #surroundings: HostSurroundings;
  readonly #switches: HostSwitches;
  #incarnations = 0;
  #lag = 0;
  #process: HostProcess | undefined;
  #timers: HostTimers | undefined;
  #describe: (() => Description) | undefined;

  constructor(name: string, number: number, program: Program, surroundings: HostSurroundings) {
    if (!namePattern.test(name)) throw invalidArgument('name', name, 'a host name: letters, digits, - and .');
    const { clock, queue, choices, tracer, atlas, wallSkew } = surroundings;
    const skew = choices.site('clock-skew', name).between(-wallSkew, wallSkew);
    this.name = name;
    this.disk = new DiskModel({ host: name, clock, timers: queue, choices, tracer, atlas });
    this.clock = new HostClock(
      clock,
      choices.site('clock-origin', name).below(originEnd),
      clock.wall() * 1_000 + skew,
    );
    this.#number = number;
    this.#program = program;
    this.#surroundings = surroundings;
    this.#switches = new HostSwitches(name, surroundings.switches);
  }

  get state(): 'up' | 'paused' | 'down' {
    if (this.#process === undefined) return 'down';
    return this.#process.paused ? 'paused' : 'up';
  }

  /** How many timers its process has armed. */
  get pendingTimers(): number {
    return this.#timers?.size ?? 0;
  }

  describe(): Description {
    if (this.#process === undefined) return down;
    return this.#describe?.() ?? undescribed;
  }

  start(): void {
    if (this.#process !== undefined) return;
    const { clock, queue } = this.#surroundings;
    const process = new HostProcess(this.name, ++this.#incarnations, this.#number, this.#surroundings);
    process.setLag(this.#lag);
    this.#process = process;
    const context = this.#contextOf(process);
    process.context = context;
    this.#trace('started');
    const begin = () => this.#surroundings.run(process, () => this.#program(context));
    queue.arm(new Start(process, begin), clock.now());
  }

  crash(): void {
    if (this.#process === undefined) return;
    this.#process.end();
    this.#timers!.end();
    this.#surroundings.network.detach(this.#process);
    this.disk.crash();
    this.#process = undefined;
    this.#timers = undefined;
    this.#describe = undefined;
    this.#trace('crashed');
  }

  pause(): void {
    if (this.state !== 'up') return;
    this.#process!.pause();
    this.#trace('paused');
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.#process!.resume();
    this.#trace('resumed');
  }

  jumpWall(milliseconds: number): void {
    this.clock.jumpWall(milliseconds);
  }

  drift(partsPerMillion: number): void {
    this.clock.drift(partsPerMillion);
    this.#timers?.rearm();
  }

  /** Lets its processes act in slices only, so many microseconds after what makes them act; 0 for at once. */
  setLag(micros: number): void {
    this.#lag = micros;
    this.#process?.setLag(micros);
  }

  #contextOf(process: HostProcess): HostContext {
    const { queue, random, network } = this.#surroundings;
    this.#timers = new HostTimers(queue, this.clock, process);
    return {
      host: this.name,
      incarnation: process.incarnation,
      clock: this.clock,
      timers: this.#timers,
      random: random.fork(`host ${this.name}`).fork(String(process.incarnation)),
      switches: this.#switches,
      ...network.attach(process),
      ...this.disk.mount(process),
      note: (text, data) => this.#note(process, text, data),
      describe: (description) => {
        if (process.alive) this.#describe = description;
      },
    };
  }

  #note(process: HostProcess, text: string | (() => string), data: JsonValue | undefined): void {
    const { tracer, clock } = this.#surroundings;
    if (!tracer.enabled || !process.alive) return;
    const said = typeof text === 'string' ? text : text();
    tracer.record({
      what: 'note',
      at: clock.now(),
      host: this.name,
      text: said,
      ...(data !== undefined && { data }),
    });
  }

  #trace(state: HostChange): void {
    const { tracer, clock } = this.#surroundings;
    if (tracer.enabled) tracer.record({ what: 'host', at: clock.now(), host: this.name, state });
  }
}

/** The event with which a program begins. */
class Start extends Timer {
  readonly #process: HostProcess;
  readonly #begin: () => void;

  constructor(process: HostProcess, begin: () => void) {
    super();
    this.#process = process;
    this.#begin = begin;
  }

  override fire(): void {
    if (this.#process.admits(this)) this.#begin();
  }
}
