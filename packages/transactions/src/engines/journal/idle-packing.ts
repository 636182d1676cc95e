import { Timer, type World } from '@holdfast/core';
import type { TableRun } from '../table-run.ts';

/** Packs the records of runs that have not been appended to for a while: they wait, and there may be many of them. */
export class IdlePacking extends Timer {
  readonly #world: World;
  /** Those that have records which are not packed. */
  #runs: TableRun[] = [];
  /** Of those, how many have had their look in this generation. */
  #looked = 0;
  #kept: TableRun[] = [];
  #generation = 1;

  constructor(world: World) {
    super();
    this.#world = world;
  }

  touch(run: TableRun): void {
    if (run.touchedIn === 0) this.#runs.push(run);
    run.touchedIn = this.#generation;
    if (!this.armed) this.#rearm(interval);
  }

  override fire(): void {
    const end = Math.min(this.#looked + looksPerTurn, this.#runs.length);
    for (; this.#looked < end; this.#looked++) this.#look(this.#runs[this.#looked]!);
    if (this.#looked < this.#runs.length) {
      this.#rearm(0);
      return;
    }
    this.#runs = this.#kept;
    this.#kept = [];
    this.#looked = 0;
    this.#generation++;
    if (this.#runs.length > 0) this.#rearm(interval);
  }

  end(): void {
    this.#world.timers.disarm(this);
  }

  #look(run: TableRun): void {
    if (run.status !== 'ended' && run.touchedIn === this.#generation) {
      this.#kept.push(run);
    } else {
      run.touchedIn = 0;
      run.pack();
    }
  }

  #rearm(micros: number): void {
    const { clock, timers } = this.#world;
    timers.arm(this, clock.now() + micros);
  }
}

/** Microseconds. */
const interval = 1_000_000;
const looksPerTurn = 2_000;
