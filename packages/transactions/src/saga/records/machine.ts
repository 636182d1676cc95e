import { assert } from '@holdfast/core';
import { isFork, type Place, type Plan, type Sequence } from './plan.ts';
import type { SagaEvent } from './record.ts';

/**
 * Where a place is. `claiming`: it waits for its locks, and has not begun. `running`: it may have had its effect.
 * `undoing`: its compensation may have had its effect. `left`: as it is, for there is nothing to undo, or an operator said so.
 */
export type PlaceState = 'claiming' | 'running' | 'done' | 'undoing' | 'undone' | 'left';

/** What is known of a place that the saga has reached. */
export class Cell {
  state: PlaceState;
  /** Since when: wall-clock milliseconds. */
  at: number;
  /** Failed attempts in this state. */
  attempts = 0;
  /** JSON of the failure of the last one. */
  failure = '';
  /** Why it waits for an operator. */
  stuck: string | undefined;
  /** Whether it is known to have succeeded. */
  known = false;
  /** Its result as JSON; empty for undefined. */
  text = '';
  #value: unknown;
  #parsed = false;

  constructor(state: PlaceState, at: number) {
    this.state = state;
    this.at = at;
  }

  /** Its result as a record keeps it, so that it is the same before and after a crash. */
  get value(): unknown {
    if (!this.#parsed) {
      this.#value = this.text === '' ? undefined : JSON.parse(this.text);
      this.#parsed = true;
    }
    return this.#value;
  }

  enter(state: PlaceState, at: number): void {
    this.state = state;
    this.at = at;
    this.attempts = 0;
    this.failure = '';
    this.stuck = undefined;
  }

  succeed(text: string): void {
    this.known = true;
    this.text = text;
    this.#parsed = false;
  }
}

export type SagaPhase = 'forward' | 'compensating' | 'committed' | 'rolled-back';

/**
 * A saga as its records say it is: a pure fold over them. What it says is to be done (`active`) is done by its driver, whose
 * every result is an event again. Its state is the same whether events are applied as they happen or from the records.
 */
export class SagaMachine {
  readonly plan: Plan;
  phase: SagaPhase = 'forward';
  /** By number; undefined for places that it has not reached. */
  readonly cells: (Cell | undefined)[];
  /** Places that have something to do: those claiming, running and undoing. */
  readonly active: number[] = [];
  /** Whether the pivot may have had its effect: from then on the saga only goes forward. */
  pivotBegan = false;
  /** Why it is compensated. */
  failure: SagaEvent | undefined;
  /** Places left out by an operator, in the order of that. */
  readonly skipped: number[] = [];
  /** Why the saga as a whole waits for an operator. */
  parked: string | undefined;
  /** Branches of each fork that are under way. */
  readonly #branches: number[];

  /** @param at - when it began. */
  constructor(plan: Plan, at: number) {
    this.plan = plan;
    this.cells = new Array(plan.places.length).fill(undefined);
    this.#branches = plan.forks === 0 ? none : new Array(plan.forks).fill(0);
    if (this.#advance(plan.root, 0, at)) this.#committed();
  }

  get ended(): boolean {
    return this.phase === 'committed' || this.phase === 'rolled-back';
  }

  /** Places that wait for an operator. */
  get stuck(): readonly number[] {
    return this.active.filter((place) => this.cells[place]!.stuck !== undefined);
  }

  get isStuck(): boolean {
    for (const place of this.active) if (this.cells[place]!.stuck !== undefined) return true;
    return false;
  }

  apply(event: SagaEvent): void {
    const { kind, place, at, text } = event;
    switch (kind) {
      case 'done':
        this.#done(place, at, text);
        return;
      case 'resolved':
        if (this.#cell(place).state === 'undoing') this.#undone(place, 'undone', at);
        else this.#done(place, at, text);
        return;
      case 'started':
        this.#begin(this.plan.places[place]!, this.#cell(place), at);
        return;
      case 'attempted': {
        const cell = this.#cell(place);
        cell.attempts++;
        cell.failure = text;
        return;
      }
      case 'failed':
        this.#compensate(event);
        return;
      case 'undone':
        this.#undone(place, 'undone', at);
        return;
      case 'stuck':
        this.#cell(place).stuck = text;
        return;
      case 'retried': {
        const cell = this.#cell(place);
        cell.enter(cell.state, at);
        return;
      }
      case 'skipped':
        this.skipped.push(place);
        if (this.#cell(place).state === 'undoing') this.#undone(place, 'left', at);
        else this.#done(place, at, '');
        return;
      case 'parked':
        this.parked = JSON.parse(text) as string;
        return;
      case 'resumed':
        this.parked = undefined;
        return;
      default:
        // The first record is what it was made of, and the others change nothing.
        return;
    }
  }

  /** A place that is passed over: its version of the saga was not there yet when it would have been its turn. */
  pass(place: number, at: number): void {
    this.#deactivate(place);
    this.#cell(place).enter('left', at);
    this.#goOn(this.plan.places[place]!, at);
  }

  #cell(place: number): Cell {
    const cell = this.cells[place];
    assert(cell !== undefined, `a saga is not at place ${place} yet, but a record says so`);
    return cell;
  }

  #done(place: number, at: number, text: string): void {
    const cell = this.#cell(place);
    if (cell.state === 'undoing') {
      cell.succeed(text); // After all: its compensation gets the result.
      return;
    }
    assert(cell.state === 'running', `place ${place} of a saga is ${cell.state}, and cannot end`);
    this.#deactivate(place);
    cell.enter('done', at);
    cell.succeed(text);
    this.#goOn(this.plan.places[place]!, at);
  }

  #goOn({ sequence, position }: Place, at: number): void {
    if (this.#advance(sequence, position + 1, at)) this.#finished(sequence, at);
  }

  /** Goes on in `sequence`. True when there was nothing left to do in it. */
  #advance(sequence: Sequence, from: number, at: number): boolean {
    for (let position = from; position < sequence.nodes.length; position++) {
      const node = sequence.nodes[position]!;
      if (!isFork(node)) {
        this.#reach(node, at);
        return false;
      }
      const { index, branches } = node;
      this.#branches[index] = branches.length;
      for (const branch of branches) if (this.#advance(branch, 0, at)) this.#branches[index]!--;
      if (this.#branches[index]! > 0) return false;
    }
    return true;
  }

  /** A sequence has come to its end: so has the saga, or what it is a branch of may go on. */
  #finished({ fork }: Sequence, at: number): void {
    if (fork === undefined) this.#committed();
    else if (--this.#branches[fork.index]! === 0) {
      if (this.#advance(fork.sequence, fork.position + 1, at)) this.#finished(fork.sequence, at);
    }
  }

  #committed(): void {
    this.phase = 'committed';
  }

  #reach(place: Place, at: number): void {
    const cell = new Cell('claiming', at);
    this.cells[place.index] = cell;
    this.active.push(place.index);
    if (!place.locks) this.#begin(place, cell, at);
  }

  #begin({ kind }: Place, cell: Cell, at: number): void {
    cell.enter('running', at);
    if (kind === 'pivot') this.pivotBegan = true;
  }

  #deactivate(place: number): void {
    const index = this.active.indexOf(place);
    assert(index !== -1, `place ${place} of a saga has nothing to do`);
    this.active.splice(index, 1);
  }

  #compensate(event: SagaEvent): void {
    assert(this.phase === 'forward', 'a saga is compensated once');
    this.phase = 'compensating';
    this.failure = event;
    for (const place of this.active) {
      // It never began.
      if (this.cells[place]!.state === 'claiming') this.cells[place] = undefined;
    }
    this.active.length = 0;
    if (this.#retreat(this.plan.root, this.plan.root.nodes.length - 1, event.at)) this.phase = 'rolled-back';
  }

  #undone(place: number, state: 'undone' | 'left', at: number): void {
    const cell = this.#cell(place);
    assert(cell.state === 'undoing', `place ${place} of a saga is ${cell.state}, not undoing`);
    this.#deactivate(place);
    cell.enter(state, at);
    const { sequence, position } = this.plan.places[place]!;
    if (this.#retreat(sequence, position - 1, at)) this.#unwound(sequence, at);
  }

  /** Goes back in `sequence`. True when there was nothing left to undo in it. */
  #retreat(sequence: Sequence, from: number, at: number): boolean {
    for (let position = from; position >= 0; position--) {
      const node = sequence.nodes[position]!;
      if (!isFork(node)) {
        if (this.#undo(node, at)) return false;
        continue;
      }
      const { index, branches } = node;
      this.#branches[index] = branches.length;
      for (const branch of branches) {
        if (this.#retreat(branch, branch.nodes.length - 1, at)) this.#branches[index]!--;
      }
      if (this.#branches[index]! > 0) return false;
    }
    return true;
  }

  #unwound({ fork }: Sequence, at: number): void {
    if (fork === undefined) this.phase = 'rolled-back';
    else if (--this.#branches[fork.index]! === 0) {
      if (this.#retreat(fork.sequence, fork.position - 1, at)) this.#unwound(fork.sequence, at);
    }
  }

  /** Whether there is something to undo: every step that has begun, whether it is known to have succeeded or not. */
  #undo({ index, kind }: Place, at: number): boolean {
    const cell = this.cells[index];
    if (cell === undefined || cell.state === 'left') return false;
    if (kind !== 'step') {
      cell.enter('left', at);
      return false;
    }
    cell.enter('undoing', at);
    this.active.push(index);
    return true;
  }
}

const none: number[] = [];
