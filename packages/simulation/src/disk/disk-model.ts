import { assert, type Clock, type Disk, invalidArgument, isHoldfastError, type Timers } from '@holdfast/core';
import type { Choices } from '../choices/choices.ts';
import type { Process } from '../host/process.ts';
import type { DiskConditions } from '../plan/fault-plan.ts';
import type { Tracer } from '../trace/trace-event.ts';
import type { CallbackDisk } from './callback-disk.ts';
import { checkPath } from './check-path.ts';
import { DiskCallbacks } from './disk-callbacks.ts';
import { DiskContents } from './disk-contents.ts';
import { fileNotFound } from './disk-failure.ts';
import { DiskFaults } from './disk-faults.ts';
import { DiskOperation, type DiskOutcome, type DiskRequest } from './disk-operation.ts';
import { DiskOrder } from './disk-order.ts';
import { DiskPromises } from './disk-promises.ts';
import type { FaultAtlas } from './fault-atlas.ts';
import { LastingDamage } from './lasting-damage.ts';
import { Settling } from './settling.ts';
import type { SimulatedDisk } from './simulated-disk.ts';

export interface DiskModelOptions {
  readonly host: string;
  /** True time. */
  readonly clock: Clock;
  readonly timers: Timers;
  readonly choices: Choices;
  readonly tracer: Tracer;
  /** Keeps the lasting damage of a cluster survivable. Default: none, and no limit to damage. */
  readonly atlas?: FaultAtlas | undefined;
  /** What the disk writes whole: 512 or 4,096. Default 512. */
  readonly sectorBytes?: 512 | 4_096;
  /** Bytes that fit on the disk. Default 256 MiB. */
  readonly capacityBytes?: number;
}

/** More operations under way on one disk are a defect of the program. */
const underWayMax = 100_000;

/**
 * The disk of one host: its contents, and the operations under way on it. Those on one file, and those on the names
 * in one directory, take effect in the order of the calls; others overtake each other. An operation that is under
 * way at a crash may have taken effect, as a change that was not durable.
 */
export class DiskModel implements SimulatedDisk {
  readonly #host: string;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #tracer: Tracer;
  readonly #faults: DiskFaults;
  readonly #contents: DiskContents;
  readonly #damage: LastingDamage;
  /** In the order of the calls. */
  readonly #underWay: DiskOperation[] = [];
  readonly #order: DiskOrder = new DiskOrder();
  readonly #perform = (operation: DiskOperation): void => this.#finish(operation);
  #process: Process | undefined;
  #fillings = 0;

  /** @throws HoldfastError INVALID_ARGUMENT. */
  constructor(options: DiskModelOptions) {
    const { host, clock, timers, choices, tracer, atlas, sectorBytes = 512 } = options;
    const { capacityBytes = 256 * 2 ** 20 } = options;
    if (sectorBytes !== 512 && sectorBytes !== 4_096) {
      throw invalidArgument('sectorBytes', sectorBytes, '512 or 4,096');
    }
    if (!(Number.isSafeInteger(capacityBytes) && capacityBytes > 0)) {
      throw invalidArgument('capacityBytes', capacityBytes, 'a whole number of bytes from 1');
    }
    this.#host = host;
    this.#clock = clock;
    this.#timers = timers;
    this.#tracer = tracer;
    this.#faults = new DiskFaults(choices, host);
    const damage = new LastingDamage(atlas, host, sectorBytes);
    this.#damage = damage;
    const settling = new Settling(this.#faults, damage, (change, outcome) =>
      this.#trace(`crash: ${change}`, outcome),
    );
    this.#contents = new DiskContents({
      host,
      sectorBytes,
      capacityBytes,
      faults: this.#faults,
      damage,
      settling,
    });
  }

  /** The disk for one incarnation of its host. What is under way on it ends with {@link crash}. */
  mount(process: Process): { readonly disk: Disk; readonly callbackDisk: CallbackDisk } {
    assert(!this.#process?.alive, 'a disk is mounted by one process at a time');
    this.#process = process;
    const submit = (request: DiskRequest, done: DiskOutcome): void => this.#submit(process, request, done);
    return {
      disk: new DiskPromises(submit),
      callbackDisk: new DiskCallbacks(submit, this.#contents.names),
    };
  }

  /** Call it when the process is dead, before the next one mounts. */
  crash(): void {
    assert(!this.#process?.alive, 'a disk crashes with its process');
    for (const operation of this.#underWay) {
      this.#timers.disarm(operation);
      this.#begin(operation.request);
    }
    this.#underWay.length = 0;
    this.#order.clear();
    this.#contents.crash();
  }

  setConditions(conditions: DiskConditions): void {
    this.#faults.setConditions(conditions);
  }

  trouble(conditions: DiskConditions): () => void {
    return this.#faults.trouble(conditions);
  }

  fill(): () => void {
    this.#fillings++;
    this.#contents.full = true;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#contents.full = --this.#fillings > 0;
    };
  }

  wipe(): void {
    assert(!this.#process?.alive, 'a disk is wiped only while its host is down');
    this.#contents.wipe();
  }

  restored(): void {
    this.#damage.restored();
  }

  #submit(process: Process, request: DiskRequest, done: DiskOutcome): void {
    if (!process.alive) return;
    assert(this.#underWay.length < underWayMax, `${this.#host} has too many disk operations under way`);
    this.#check(request);
    const operation = new DiskOperation(process, request, done, this.#perform);
    this.#underWay.push(operation);
    this.#timers.arm(operation, this.#order.add(request, this.#clock.now() + this.#faults.latency()));
  }

  /** @throws HoldfastError INVALID_ARGUMENT where a name is to be made that cannot be one. */
  #check({ kind, path, to, create }: DiskRequest): void {
    if (to !== undefined) checkPath('to', to);
    if (kind === 'make-directory' && path !== '') checkPath('directory', path);
    if (create && this.#contents.names.get(path) === undefined) checkPath('path', path);
  }

  #finish(operation: DiskOperation): void {
    this.#underWay.splice(this.#underWay.indexOf(operation), 1);
    if (this.#underWay.length === 0) this.#order.forget();
    const outcome = this.#execute(operation.request);
    const error = isHoldfastError(outcome) ? outcome : undefined;
    if (this.#tracer.enabled) this.#trace(describe(operation.request), error?.code ?? 'ok');
    operation.done(error, error === undefined ? outcome : undefined);
  }

  /** The result, or the error. */
  #execute(request: DiskRequest): unknown {
    const contents = this.#contents;
    const { kind, path, position = 0 } = request;
    switch (kind) {
      case 'rename':
        return contents.rename(path, request.to!);
      case 'remove':
        return contents.remove(path);
      case 'sync-directory':
        return contents.syncDirectory(path);
      case 'make-directory':
        return contents.makeDirectory(path);
      case 'list':
        return contents.names.isDirectory(path) ? contents.names.list(path) : fileNotFound(this.#host, path);
    }
    const file =
      request.file ?? (request.create === true ? contents.create(path) : contents.names.file(path));
    if (file === undefined) return fileNotFound(this.#host, path);
    switch (kind) {
      case 'open':
        return file;
      case 'size':
        return file.cached.size;
      case 'read':
        return contents.read(file, path, position, request.length!);
      case 'write':
        return contents.write(file, path, position, request.bytes!);
      case 'truncate':
        return contents.truncate(file, path, position);
      case 'sync':
        return contents.sync(file, path);
    }
  }

  /** Lets an operation take effect that was under way at a crash, where it changes anything. */
  #begin(request: DiskRequest): void {
    const { kind, create } = request;
    if (kind === 'write' || kind === 'truncate' || kind === 'rename' || kind === 'remove' || create) {
      this.#execute(request);
    }
  }

  #trace(operation: string, outcome: string): void {
    if (!this.#tracer.enabled) return;
    this.#tracer.record({ what: 'disk', at: this.#clock.now(), host: this.#host, operation, outcome });
  }
}

function describe({ kind, path, position, length, bytes, to }: DiskRequest): string {
  switch (kind) {
    case 'read':
      return `read ${path} ${position}+${length}`;
    case 'write':
      return `write ${path} ${position}+${bytes!.length}`;
    case 'truncate':
      return `truncate ${path} ${position}`;
    case 'rename':
      return `rename ${path} ${to}`;
    default:
      return `${kind} ${path}`;
  }
}
