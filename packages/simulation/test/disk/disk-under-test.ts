import { type Disk, type HoldfastError, ManualWorld, type Timer } from '@holdfast/core';
import { type Choice, Choices } from '../../src/choices/choices.ts';
import type { CallbackDisk, DiskDone } from '../../src/disk/callback-disk.ts';
import { DiskModel, type DiskModelOptions } from '../../src/disk/disk-model.ts';
import type { Process } from '../../src/host/process.ts';
import type { DiskConditions } from '../../src/plan/fault-plan.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

export interface DiskUnderTestOptions {
  readonly seed?: number;
  readonly only?: readonly Choice[] | undefined;
  readonly conditions?: DiskConditions;
  readonly host?: string;
  readonly options?: Partial<DiskModelOptions>;
}

/** A simulated disk, the process that has mounted it, and their time. */
export class DiskUnderTest {
  readonly world = new ManualWorld();
  readonly choices: Choices;
  readonly model: DiskModel;
  readonly trace: TraceEvent[] = [];
  process!: TestProcess;
  disk!: Disk;
  callbacks!: CallbackDisk;

  constructor({ seed = 1, only, conditions, host = 'a', options }: DiskUnderTestOptions = {}) {
    const { clock, timers } = this.world;
    this.choices = new Choices(seed, { only });
    const tracer = { enabled: true, record: (event: TraceEvent): void => void this.trace.push(event) };
    this.model = new DiskModel({ host, clock, timers, choices: this.choices, tracer, ...options });
    if (conditions) this.model.setConditions(conditions);
    this.#mount(host, 1);
  }

  /** The process dies, and another one starts. */
  restart(): void {
    this.kill();
    this.#mount(this.process.host, this.process.incarnation + 1);
  }

  kill(): void {
    this.process.alive = false;
    this.model.crash();
  }

  start(): void {
    this.#mount(this.process.host, this.process.incarnation + 1);
  }

  /** Runs one operation of the callback form to its end: `'ok'`, or the code of its error. */
  run(begin: (done: DiskDone) => void): string {
    let outcome: string | undefined;
    begin((error) => {
      outcome = error?.code ?? 'ok';
    });
    while (outcome === undefined) this.world.advanceSync('1ms');
    return outcome;
  }

  write(path: string, position: number, bytes: Uint8Array): string {
    return this.run((done) => this.callbacks.write(path, position, bytes, done));
  }

  truncate(path: string, size: number): string {
    return this.run((done) => this.callbacks.truncate(path, size, done));
  }

  sync(path: string): string {
    return this.run((done) => this.callbacks.sync(path, done));
  }

  syncDirectory(directory: string): string {
    return this.run((done) => this.callbacks.syncDirectory(directory, done));
  }

  /** All of a file; undefined when there is none. */
  contents(path: string): Uint8Array | undefined {
    const size = this.callbacks.sizeOf(path);
    if (size === undefined) return undefined;
    let contents: Uint8Array | undefined;
    this.run((done) =>
      this.callbacks.read(path, 0, size, (error, bytes) => {
        contents = bytes;
        done(error as HoldfastError);
      }),
    );
    return contents;
  }

  /** Lets time pass until `promise` is settled. */
  async settled<Value>(promise: Promise<Value>): Promise<Value> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    promise.then(end, end);
    while (!over) await this.world.advance('1ms');
    return promise;
  }

  #mount(host: string, incarnation: number): void {
    this.process = new TestProcess(host, incarnation);
    const { disk, callbackDisk } = this.model.mount(this.process);
    this.disk = disk;
    this.callbacks = callbackDisk;
  }
}

/** A process that can be paused: it keeps what fires meanwhile. */
export class TestProcess implements Process {
  readonly host: string;
  readonly incarnation: number;
  alive = true;
  paused = false;
  readonly kept: Timer[] = [];

  constructor(host: string, incarnation: number) {
    this.host = host;
    this.incarnation = incarnation;
  }

  admits(event: Timer): boolean {
    if (this.alive && this.paused) this.kept.push(event);
    return this.alive && !this.paused;
  }
}
