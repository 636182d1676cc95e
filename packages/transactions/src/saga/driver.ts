import {
  type AbortSubscriber,
  asHoldfastError,
  invalidArgument,
  offAbort,
  onAbort,
  toAbortError,
  type World,
} from '@holdfast/core';
import type { RunMessage } from '../ledger/run.ts';
import type { RunContext } from '../ledger/run-definition.ts';
import type { ContextSource } from './action-context.ts';
import { type Activity, type ActivityHost, Alarm, type EndedAttempt } from './activity.ts';
import { Attempt } from './attempt.ts';
import { Claim } from './claim.ts';
import { decide } from './decide.ts';
import type { Action, Definition, PlaceDefinition } from './definition.ts';
import { sagaEnded, sagaStuck, stepAttempted } from './events.ts';
import { failureFromText, failureText, surelyNotDone } from './failure.ts';
import type { SagaCount } from './figures.ts';
import type { Cell, SagaMachine } from './machine.ts';
import { Mailbox, type MailboxOwner } from './mailbox.ts';
import { Pause } from './pause.ts';
import { interruptedError, outOfTimeError, whyOf } from './read-outcome.ts';
import { decodeInput, type EventKind, encodeEvent, nowhere, type SagaEvent } from './record.ts';
import { Recorder, type RecorderOwner } from './recorder.ts';
import { runStatusOf } from './run-status.ts';
import { describeIssues, type SchemaResult } from './standard-schema.ts';
import { takeUp } from './take-up.ts';

/** What an attached step resolves with: its end is in the records already. */
class Recorded {
  readonly event: SagaEvent;

  constructor(event: SagaEvent) {
    this.event = event;
  }
}

/** How long a failure may ask to wait, in microseconds. */
const retryAfterMax = 3_600_000_000;
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
  /**
   * The wall clock less the monotonic one, in milliseconds, when this life of the run began: within it, a wall clock that
   * jumps changes nothing. A first life begins at the run's creation, whatever the clocks of its engine and worker are apart.
   */
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

  constructor(definition: Definition, figures: SagaCount, run: RunContext) {
    const { clock } = run.world;
    this.name = definition.name;
    this.id = run.id;
    this.epoch = run.epoch;
    this.world = run.world;
    this.#run = run;
    this.#definition = definition;
    this.#figures = figures;
    this.#wallOffset = (run.recovered ? clock.wall() : run.createdAt) - clock.now() / 1_000;
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#break = reject;
    });
    const { machine, migration, mismatch } = takeUp(definition, run, this.#wall());
    this.machine = machine;
    this.#recorder = new Recorder(run, machine, this);
    this.#mismatch = mismatch ?? this.#lacks();
    this.#interrupted = run.recovered ? interruptedIn(machine, definition) : none;
    this.#pivotDoubtful =
      machine.pivotBegan && [...this.#interrupted].some((place) => isPivot(machine, place));
    figures.driven++;
    run.onMessage = (message) => this.#heard(message);
    onAbort(run.signal, this);
    if (this.#left) return;
    if (migration !== undefined) {
      this.#recorder.add(encodeEvent(this.#event('migrated', nowhere, JSON.stringify(migration))), true);
    }
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
    const now = this.world.clock.now();
    const due = Math.round((at - this.#wallOffset) * 1_000) + micros;
    // A wall clock that is behind that of the life before makes nobody wait longer than if it began now.
    return Math.min(Math.max(due, now), now + micros);
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
    if (stepAttempted.active) this.#publishAttempt(attempt, ok ? undefined : value);
    this.#ended(place, () => {
      const undoing = this.machine.cells[place]!.state === 'undoing';
      if (undo && ok) this.#record('undone', place, '');
      else if (undo) this.#failed(attempt, value);
      else if (value instanceof Recorded) this.#wasRecorded(value.event);
      else if (ok) this.#succeeded(place, value);
      // What the saga is compensated for is said already.
      else if (undoing) this.#proceed();
      else this.#failed(attempt, value);
      this.#readMail();
      if (this.#overdue) this.#runOut();
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

  /** What the ledger would need to drive it. */
  #lacks(): string | undefined {
    const attached = this.#run.attachable
      ? undefined
      : this.#definition.places.find((place) => place.attached);
    return (
      attached && `Step '${attached.name}' is attached, which needs a ledger on a database that it writes to`
    );
  }

  /** Milliseconds of the wall clock, as this life of the run counts them. */
  #wall(): number {
    return Math.round(this.#wallOffset + this.world.clock.coarseNow() / 1_000);
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
      keys = lockKeys(definition, definition.lock!(this.#look(definition)));
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
    this.#readMail();
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
    const delay = cell.attempts === 0 ? 0 : this.#delay(attempt.action, cell);
    if (delay > 0 && !attempt.inTime(delay)) {
      // There is no time for another one.
      this.#record('failed', place, cell.failure);
      return;
    }
    this.#activities[place] = attempt;
    attempt.begin(delay);
  }

  /** Microseconds until the next attempt. */
  #delay({ backoff }: Action, { attempts, failure }: Cell): number {
    const previous = attempts === 1 ? 0 : backoff.delayMax(attempts - 1);
    const asked = (failureFromText(failure).retryAfter ?? 0) * 1_000;
    return Math.max(
      backoff.delay(attempts, previous, this.world.random),
      Math.min(Math.round(asked), retryAfterMax),
    );
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
    this.#figures.stuck++;
    this.#record('stuck', place, failureText(error));
    if (sagaStuck.active)
      this.#publishStuck(this.#definition.places[place]!.name, failureFromText(failureText(error)).message);
  }

  #park(reason: string): void {
    this.#figures.stuck++;
    this.#record('parked', nowhere, JSON.stringify(reason));
    if (sagaStuck.active) this.#publishStuck(undefined, reason);
  }

  #heard(message: RunMessage): void {
    this.#keep(message);
    this.#guard(() => this.#readMail());
  }

  #keep(message: RunMessage): void {
    this.#mailbox ??= new Mailbox(this);
    this.#mailbox.put(message);
  }

  #readMail(): void {
    // What this definition cannot drive keeps its messages for one that can.
    if (!this.#left && !this.#attaching && this.#mismatch === undefined) this.#mailbox?.read();
  }

  waitingFor(name: string): number | undefined {
    const { places } = this.#definition;
    return this.machine.active.find(
      (place) =>
        places[place]!.kind === 'wait' &&
        places[place]!.name === name &&
        this.#activities[place] instanceof Pause,
    );
  }

  deliver(place: number, message: RunMessage, value: unknown): void {
    const checked = this.#definition.places[place]!.schema?.['~standard'].validate(value);
    if (!(checked instanceof Promise)) this.#accept(place, message, checked ?? { value });
    else {
      checked.then(
        (result) => this.#guard(() => this.#accept(place, message, result)),
        (error) => this.#guard(() => this.#accept(place, message, { issues: [{ message: String(error) }] })),
      );
    }
  }

  /** The schema has spoken: meanwhile the wait may be over. */
  #accept(place: number, message: RunMessage, checked: SchemaResult<unknown>): void {
    const pause = this.#activities[place];
    const { name } = this.#definition.places[place]!;
    if (this.#left) return;
    if (!(pause instanceof Pause)) {
      this.#keep(message);
      this.#readMail();
    } else if (checked.issues !== undefined) {
      const why = describeIssues(checked.issues);
      this.consume(message, 'refused', nowhere, JSON.stringify({ message: `signal ${name}`, why }));
    } else {
      pause.leave();
      this.#activities[place] = undefined;
      this.consume(message, 'done', place, JSON.stringify(checked.value) ?? '');
    }
  }

  consume(message: RunMessage, kind: EventKind, place: number, text: string): void {
    this.#recorder.consume(message.sequence);
    this.#record(kind, place, text);
  }

  #runOut(): void {
    const { phase, pivotBegan } = this.machine;
    this.#overdue = true;
    if (this.#left || this.#attaching || phase !== 'forward' || pivotBegan) return;
    this.#record('failed', nowhere, failureText(outOfTimeError(`Saga '${this.name}'`)));
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
    if (!this.#recorder.appending && !this.#attaching) this.#flush();
  }

  /** Applies an event, and leaves its record for the next append. */
  #note(kind: EventKind, place: number, text: string): void {
    const { pivotBegan } = this.machine;
    const event = this.#event(kind, place, text);
    this.machine.apply(event);
    this.#recorder.add(encodeEvent(event), this.machine.ended || !isRepeatable(kind, pivotBegan));
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
          this.#note('done', place, this.#inputText(definition));
        } catch (error) {
          this.#figures.stuck++;
          this.#note('stuck', place, failureText(error));
        }
        again = true;
        break;
      }
    }
  }

  #inputText(definition: PlaceDefinition): string {
    const input = definition.input!(this.#look(definition));
    const checked = definition.schema?.['~standard'].validate(input) ?? { value: input };
    if (checked instanceof Promise) throw new TypeError(`The schema of '${definition.name}' is asynchronous`);
    if (checked.issues === undefined) return textOf(checked.value);
    throw new TypeError(
      `'${definition.name}' is not what its schema asks for: ${describeIssues(checked.issues)}`,
    );
  }

  /** What functions see that are no attempts. */
  #look(definition: PlaceDefinition): unknown {
    const key = `${this.id}/${definition.name}`;
    const source: ContextSource = {
      saga: this,
      key,
      doKey: key,
      attempt: 1,
      signal: this.#run.signal,
      transaction: undefined,
    };
    return new definition.scope.Context(source);
  }

  #flush(): void {
    if (this.#left) return;
    this.#computeInputs();
    this.#recorder.flush();
  }

  recorded(): void {
    this.#guard(this.#proceeding);
  }

  refused(error: unknown): void {
    this.#guard(() => {
      throw error;
    });
  }

  readonly #proceeding = (): void => this.#proceed();

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

  #publishAttempt({ place, undo, attempt, duration }: EndedAttempt, error: unknown): void {
    stepAttempted.publish({
      saga: this.name,
      run: this.id,
      step: this.#definition.places[place]!.name,
      compensation: undo,
      attempt,
      error,
      duration,
    });
  }

  #publishStuck(step: string | undefined, reason: string): void {
    sagaStuck.publish({ saga: this.name, run: this.id, step, reason });
  }
}

/**
 * What may wait behind a later record in a pipelined ledger: if a crash loses it, the same is done again under the same key.
 * Before the pivot the end of a step is no such thing, for it is the beginning of the next: were that lost, and the saga
 * then cancelled, nobody would undo it.
 */
function isRepeatable(kind: EventKind, pivotBegan: boolean): boolean {
  return kind === 'attempted' || kind === 'undone' || (kind === 'done' && pivotBegan);
}

/** Places at which something may have happened that nobody has recorded. What is attached is recorded when it happens. */
function interruptedIn({ active, cells }: SagaMachine, { places }: Definition): Set<number> {
  return new Set(
    active.filter((place) => {
      const { state } = cells[place]!;
      return state === 'undoing' || (state === 'running' && places[place]?.attached !== true);
    }),
  );
}

function isPivot({ plan }: SagaMachine, place: number): boolean {
  return plan.places[place]!.kind === 'pivot';
}

/** The keys that a step's `lock` gives. */
function lockKeys({ name }: PlaceDefinition, given: unknown): readonly string[] {
  const keys: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const key of keys) {
    if (typeof key !== 'string' || key.length === 0 || key.length > 200) {
      throw invalidArgument(`${name}.lock`, key, 'keys of 1 to 200 characters');
    }
  }
  return keys as readonly string[];
}

/** A result as JSON; nothing for undefined. */
function textOf(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
