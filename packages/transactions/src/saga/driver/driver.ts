import {
  type AbortSubscriber,
  asHoldfastError,
  offAbort,
  onAbort,
  toAbortError,
  type World,
} from '@holdfast/core';
import type { RunMessage } from '../../ledger/run.ts';
import type { RunContext } from '../../ledger/run-definition.ts';
import type { Definition, PlaceDefinition } from '../definition.ts';
import { failureFromText, failureText, surelyNotDone } from '../failure.ts';
import type { SagaCount } from '../figures.ts';
import { interruptedError, outOfTimeError, whyOf } from '../read-outcome.ts';
import type { Cell, SagaMachine } from '../records/machine.ts';
import {
  decodeInput,
  type EventKind,
  encodeEvent,
  nowhere,
  type SagaEvent,
  textOf,
} from '../records/record.ts';
import { type Activity, type ActivityHost, Alarm, type EndedAttempt } from './activity.ts';
import { Attempt } from './attempt.ts';
import { Claim } from './claim.ts';
import { decide } from './decide.ts';
import { publishAttempt, publishStuck, sagaEnded, sagaStuck, stepAttempted } from './events.ts';
import { interruptedPlaces, isPivotInDoubt } from './interrupted.ts';
import { childInput, locksOf } from './look.ts';
import { Mailbox, type MailboxOwner } from './mailbox.ts';
import { Pause } from './pause.ts';
import { Recorder, type RecorderOwner } from './recorder.ts';
import { retryDelay } from './retry-delay.ts';
import { dueAfter, wallNow, wallOffset } from './run-clock.ts';
import { runStatusOf } from './run-status.ts';
import { lackOf, takeUp } from './take-up.ts';

/** What an attached step resolves with: its end is in the records already. */
class Recorded {
  readonly event: SagaEvent;

  constructor(event: SagaEvent) {
    this.event = event;
  }
}

const none: Set<number> = new Set();

/**
 * Drives one run: does what its machine says is to be done, and records what became of it. Nothing is done before the
 * records that ask for it are durable.
 */
export class SagaDriver implements AbortSubscriber, ActivityHost, MailboxOwner, RecorderOwner {
  abortSlot = -1;
  readonly name: string;
  readonly id: string;
  readonly epoch: number;
  readonly world: World;
  readonly machine: SagaMachine;
  /** Resolves when nothing more is to be driven here; rejects when the driver itself is broken. */
  readonly finished: Promise<void>;
  readonly #run: RunContext;
  readonly #definition: Definition;
  readonly #figures: SagaCount;
  /** By the numbers of their places. */
  readonly #activities: (Activity | undefined)[] = [];
  readonly #wallOffset: number;
  /** Why this definition cannot drive it. */
  readonly #mismatch: string | undefined;
  /** Made for the first message. */
  #mailbox: Mailbox | undefined;
  readonly #recorder: Recorder;
  /** Whether an attached step is under way, which records its end itself: nothing may be recorded meanwhile. */
  #attaching = false;
  /** Whether an attempt at the pivot may have had its effect. */
  #pivotDoubtful: boolean;
  /** Places at which a crash may have cut off an attempt. */
  readonly #interrupted: Set<number>;
  #overdue = false;
  #deadline: Alarm | undefined;
  #left = false;
  #input: unknown;
  #inputKnown = false;
  #finish!: () => void;
  #break!: (error: unknown) => void;
  readonly #proceeding = (): void => this.#proceed();

  constructor(definition: Definition, figures: SagaCount, run: RunContext) {
    this.name = definition.name;
    this.id = run.id;
    this.epoch = run.epoch;
    this.world = run.world;
    this.#run = run;
    this.#definition = definition;
    this.#figures = figures;
    this.#wallOffset = wallOffset(run);
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#break = reject;
    });
    const { machine, migration, mismatch } = takeUp(definition, run, this.#wall());
    this.machine = machine;
    this.#recorder = new Recorder(run, machine, this);
    this.#mismatch = mismatch ?? lackOf(definition, run);
    this.#interrupted = run.recovered ? interruptedPlaces(machine, definition) : none;
    this.#pivotDoubtful = isPivotInDoubt(machine, this.#interrupted);
    figures.driven++;
    run.onMessage = (message) => this.#heard(message);
    onAbort(run.signal, this);
    if (this.#left) return;
    if (migration !== undefined) this.#note('migrated', nowhere, JSON.stringify(migration));
    this.#begin();
  }

  /** Parsed when a step asks for it. */
  get input(): unknown {
    if (!this.#inputKnown) {
      this.#input = decodeInput(this.#run.records[0]);
      this.#inputKnown = true;
    }
    return this.#input;
  }

  dueAt(at: number, micros: number): number {
    return dueAfter(at, micros, this.#wallOffset, this.world.clock);
  }

  /** The worker leaves, or has lost the run. */
  onAbort(reason: unknown): void {
    const error = toAbortError(reason, `saga ${this.id}`);
    for (const activity of this.#activities) activity?.leave(error);
    this.#close();
    this.#finish();
  }

  claim(key: string, signal: AbortSignal): Promise<void> {
    return this.#run.claim(key, signal);
  }

  claimed(place: number): void {
    this.#ended(place, () => this.#record('started', place, ''));
  }

  claimFailed(place: number, error: Error): void {
    this.#ended(place, () => this.#record('failed', place, failureText(error)));
  }

  claimRefused(place: number, error: Error): void {
    this.#ended(place, () => this.#stuck(place, error));
  }

  rang(place: number): void {
    const { kind, name } = this.#definition.places[place]!;
    this.#ended(place, () => {
      if (kind === 'sleep' || this.machine.pivotBegan) this.#record('done', place, '');
      else this.#record('failed', place, failureText(outOfTimeError(`The wait for the signal '${name}'`)));
    });
  }

  over(place: number): void {
    this.#ended(place, () => this.#proceed());
  }

  async attach(attempt: EndedAttempt, call: (transaction: unknown) => unknown): Promise<unknown> {
    let event: SagaEvent | undefined;
    this.#attaching = true;
    try {
      await this.#run.attach(async (transaction) => {
        event = this.#event('done', attempt.place, textOf(await call(transaction)));
        return [encodeEvent(event)];
      }, attempt.signal);
      return new Recorded(event!);
    } finally {
      this.#attaching = false;
    }
  }

  settled(attempt: EndedAttempt, ok: boolean, value: unknown): void {
    const { place, undo } = attempt;
    if (undo) this.#figures.compensations++;
    else this.#figures.attempts++;
    if (stepAttempted.active) publishAttempt(this, this.#nameOf(place), attempt, ok ? undefined : value);
    this.#ended(place, () => {
      const undoing = this.machine.cells[place]!.state === 'undoing';
      if (undo && ok) this.#record('undone', place, '');
      else if (undo) this.#failed(attempt, value);
      else if (value instanceof Recorded) this.#wasRecorded(value.event);
      else if (ok) this.#succeeded(place, value);
      // What the saga is compensated for is said already.
      else if (undoing) this.#proceed();
      else this.#failed(attempt, value);
      this.readMail();
      if (this.#overdue) this.#runOut();
    });
  }

  readMail(): void {
    // What this definition cannot drive keeps its messages for one that can.
    if (!this.#left && !this.#attaching && this.#mismatch === undefined) this.#mailbox?.read();
  }

  goOn(work: () => void): void {
    if (!this.#left) this.#guard(work);
  }

  waits(place: number): boolean {
    return this.#activities[place] instanceof Pause;
  }

  endWait(place: number): void {
    (this.#activities[place] as Pause).leave();
    this.#activities[place] = undefined;
  }

  consume(message: RunMessage, kind: EventKind, place: number, text: string): void {
    this.#recorder.consume(message.sequence);
    this.#record(kind, place, text);
  }

  recorded(): void {
    this.#guard(this.#proceeding);
  }

  refused(error: unknown): void {
    this.#guard(() => {
      throw error;
    });
  }

  /** What was under way at a place has ended, and something follows from that. */
  #ended(place: number, follow: () => void): void {
    this.#activities[place] = undefined;
    this.#guard(follow);
  }

  /** A driver that is broken leaves its run as it is, to be looked at. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      for (const activity of this.#activities) activity?.leave(asHoldfastError(error));
      this.#close();
      this.#break(error);
    }
  }

  #begin(): void {
    const { machine } = this;
    if (this.#mismatch !== undefined) {
      if (machine.parked !== this.#mismatch) this.#park(this.#mismatch);
      return;
    }
    const { deadline } = this.#definition;
    if (deadline !== undefined && machine.phase === 'forward' && !machine.pivotBegan) {
      this.#deadline = new Alarm(this.world, () => this.#guard(() => this.#runOut()));
      this.#deadline.set(this.dueAt(this.#run.createdAt, deadline));
    }
    // It was parked, or its end is recorded, but not that it has ended.
    if (machine.parked !== undefined || this.#recorder.status !== runStatusOf(machine))
      this.#record('resumed', nowhere, '');
    else this.#proceed();
  }

  /** Does what there is to do, once all that has been recorded is durable. */
  #proceed(): void {
    if (this.#left || this.#recorder.appending || this.#attaching) return;
    this.#computeInputs();
    if (this.#recorder.waits) {
      this.#flush();
      return;
    }
    if (this.machine.ended) {
      this.#cameToItsEnd();
      return;
    }
    if (this.#mismatch !== undefined) return;
    const { active } = this.machine;
    for (const place of active.length === 1 ? active : [...active]) {
      const cell = this.machine.cells[place];
      if (cell === undefined || cell.stuck !== undefined || this.#activities[place] !== undefined) continue;
      this.#act(place, cell);
      if (this.#left || this.#recorder.appending || this.#attaching) return;
    }
  }

  #act(place: number, cell: Cell): void {
    const definition = this.#definition.places[place]!;
    if (cell.state === 'claiming') this.#claim(place, definition, cell);
    else if (definition.kind === 'wait') this.#wait(place, definition, cell);
    else if (definition.kind === 'sleep') this.#pause(place, this.dueAt(cell.at, definition.limit!));
    else this.#attempt(place, definition, cell);
  }

  #claim(place: number, definition: PlaceDefinition, cell: Cell): void {
    let keys: readonly string[];
    try {
      keys = locksOf(definition, this, this.#run.signal);
    } catch (error) {
      this.#stuck(place, error);
      return;
    }
    const claim = new Claim(this, place, definition, keys);
    this.#activities[place] = claim;
    claim.begin(this.dueAt(cell.at, definition.lockTimeout));
  }

  #wait(place: number, { limit }: PlaceDefinition, cell: Cell): void {
    this.#pause(place, limit === undefined ? undefined : this.dueAt(cell.at, limit));
    this.readMail();
  }

  #pause(place: number, due: number | undefined): void {
    this.#activities[place] = new Pause(this, place, due);
  }

  #attempt(place: number, definition: PlaceDefinition, cell: Cell): void {
    const attempt = new Attempt(this, place, definition, cell);
    if (this.#interrupted.delete(place) && !attempt.action.idempotent) {
      this.#failed(attempt, interruptedError(definition.name));
      return;
    }
    const delay = cell.attempts === 0 ? 0 : retryDelay(attempt.action, cell, this.world.random);
    if (delay > 0 && !attempt.inTime(delay)) {
      // There is no time for another one.
      this.#record('failed', place, cell.failure);
      return;
    }
    this.#activities[place] = attempt;
    attempt.begin(delay);
  }

  #succeeded(place: number, value: unknown): void {
    let text: string;
    try {
      text = textOf(value);
    } catch (error) {
      if (this.machine.cells[place]!.state === 'undoing') this.#proceed();
      else this.#stuck(place, error);
      return;
    }
    this.#record('done', place, text);
  }

  #wasRecorded(event: SagaEvent): void {
    this.machine.apply(event);
    if (this.machine.ended) this.#record('closed', nowhere, '');
    else this.#proceed();
  }

  #failed(attempt: EndedAttempt, error: unknown): void {
    const { place, undo, action } = attempt;
    const { kind } = this.#definition.places[place]!;
    const verdict = decide({
      kind,
      undo,
      error,
      attemptsLeft: attempt.attempt < action.maxAttempts && attempt.inTime(0),
      idempotent: action.idempotent,
      doubtful: this.#pivotDoubtful,
    });
    if (kind === 'pivot' && !surelyNotDone(error)) this.#pivotDoubtful = true;
    if (verdict === 'again') this.#record('attempted', place, failureText(error));
    else if (verdict === 'compensate') this.#record('failed', place, failureText(error));
    else this.#stuck(place, error);
  }

  #stuck(place: number, error: unknown): void {
    this.#noteStuck(place, error);
    this.#flushUnlessBusy();
  }

  #noteStuck(place: number, error: unknown): void {
    this.#figures.stuck++;
    const failure = failureText(error);
    this.#note('stuck', place, failure);
    if (sagaStuck.active) publishStuck(this, this.#nameOf(place), failureFromText(failure).message);
  }

  #park(reason: string): void {
    this.#figures.stuck++;
    this.#record('parked', nowhere, JSON.stringify(reason));
    if (sagaStuck.active) publishStuck(this, undefined, reason);
  }

  #nameOf(place: number): string {
    return this.#definition.places[place]!.name;
  }

  #heard(message: RunMessage): void {
    this.#mailbox ??= new Mailbox(this, this.#definition);
    this.#mailbox.put(message);
    this.#guard(() => this.readMail());
  }

  /** Milliseconds of the wall clock, as this life of the run counts them. */
  #wall(): number {
    return wallNow(this.#wallOffset, this.world.clock);
  }

  #event(kind: EventKind, place: number, text: string): SagaEvent {
    return { kind, place, at: this.#wall(), text };
  }

  #record(kind: EventKind, place: number, text: string): void {
    this.#note(kind, place, text);
    if (kind === 'failed') {
      const { error } = whyOf(this.machine);
      for (const activity of [...this.#activities]) activity?.stop(error);
    }
    this.#flushUnlessBusy();
  }

  /** Leaves an event for the next append. */
  #note(kind: EventKind, place: number, text: string): void {
    this.#recorder.note(this.#event(kind, place, text));
  }

  /** The inputs of children that have their turn: they are computed in passing, and recorded with what came before. */
  #computeInputs(): void {
    if (this.#mismatch !== undefined || !this.#definition.hasChildren) return;
    for (let again = true; again; ) {
      again = false;
      for (const place of this.machine.active) {
        const definition = this.#definition.places[place]!;
        if (definition.kind !== 'input' || this.machine.cells[place]!.stuck !== undefined) continue;
        try {
          this.#note('done', place, childInput(definition, this, this.#run.signal));
        } catch (error) {
          this.#noteStuck(place, error);
        }
        again = true;
        break;
      }
    }
  }

  #flushUnlessBusy(): void {
    if (!this.#recorder.appending && !this.#attaching) this.#flush();
  }

  #flush(): void {
    if (this.#left) return;
    this.#computeInputs();
    this.#recorder.flush();
  }

  #runOut(): void {
    const { phase, pivotBegan } = this.machine;
    this.#overdue = true;
    if (this.#left || this.#attaching || phase !== 'forward' || pivotBegan) return;
    this.#record('failed', nowhere, failureText(outOfTimeError(`Saga '${this.name}'`)));
  }

  #cameToItsEnd(): void {
    const { phase } = this.machine;
    if (phase === 'committed') this.#figures.committed++;
    else this.#figures.rolledBack++;
    this.#close();
    this.#finish();
    if (!sagaEnded.active) return;
    sagaEnded.publish({
      saga: this.name,
      version: this.#definition.version,
      run: this.id,
      status: phase as 'committed' | 'rolled-back',
      duration: this.#wall() - this.#run.createdAt,
    });
  }

  #close(): void {
    this.#left = true;
    this.#activities.length = 0;
    this.#deadline?.stop();
    this.#recorder.close();
    this.#run.onMessage = undefined;
    offAbort(this.#run.signal, this);
  }
}
