import { asHoldfastError } from '@holdfast/core';
import type { RunMessage } from '../../ledger/run.ts';
import type { Definition, PlaceDefinition } from '../definition.ts';
import { failureText } from '../failure.ts';
import { cancelledError } from '../read-outcome.ts';
import type { SagaMachine } from '../records/machine.ts';
import { decodeMessage, type SagaMessage } from '../records/message.ts';
import { type EventKind, nowhere, textOf } from '../records/record.ts';
import { describeIssues, type SchemaResult } from '../standard-schema.ts';

/** Whose mail it is. */
export interface MailboxOwner {
  readonly machine: SagaMachine;
  /** Records what follows from a message, which is consumed with it. */
  consume(message: RunMessage, kind: EventKind, place: number, text: string): void;
  /** Whether a wait is under way at that place right now. */
  waits(place: number): boolean;
  endWait(place: number): void;
  /** Reads the mail again, as soon as it may be. */
  readMail(): void;
  /** Goes on after something outside was waited for, unless nothing is driven any more. */
  goOn(work: () => void): void;
}

/** The messages of a run that it has not consumed: signals that come too early wait here for their turn. */
export class Mailbox {
  readonly #owner: MailboxOwner;
  readonly #places: readonly PlaceDefinition[];
  #messages: RunMessage[] = [];

  constructor(owner: MailboxOwner, { places }: Definition) {
    this.#owner = owner;
    this.#places = places;
  }

  put(message: RunMessage): void {
    this.#messages.push(message);
  }

  /** Acts on all that can be acted on now. */
  read(): void {
    const messages = this.#messages;
    if (messages.length === 0) return;
    this.#messages = [];
    for (const message of messages) this.#take(message);
  }

  #take(message: RunMessage): void {
    let content: SagaMessage;
    try {
      content = decodeMessage(message.bytes);
    } catch (error) {
      this.#refuse(message, 'message', asHoldfastError(error).message);
      return;
    }
    switch (content.kind) {
      case 'signal':
        this.#signal(message, content.name, content.value);
        return;
      case 'cancel':
        this.#cancel(message, content.reason);
        return;
      default:
        this.#decide(message, content);
    }
  }

  #signal(message: RunMessage, name: string, value: unknown): void {
    const { machine } = this.#owner;
    const place = this.#waitingFor(name);
    if (place !== undefined) {
      this.#check(place, message, value);
      return;
    }
    const wait = machine.plan.places.find((one) => one.kind === 'wait' && one.name === name);
    const cell = wait && machine.cells[wait.index];
    const mayCome =
      wait !== undefined && machine.phase === 'forward' && (cell?.state ?? 'running') === 'running';
    if (mayCome) this.#messages.push(message);
    else
      this.#refuse(
        message,
        `signal ${name}`,
        wait ? 'it is not waited for any more' : 'nothing waits for it',
      );
  }

  /** The place that waits for a signal of that name right now. */
  #waitingFor(name: string): number | undefined {
    return this.#owner.machine.active.find((place) => {
      const definition = this.#places[place]!;
      return definition.kind === 'wait' && definition.name === name && this.#owner.waits(place);
    });
  }

  /** Asks the schema of a wait what the signal is worth. */
  #check(place: number, message: RunMessage, value: unknown): void {
    const checked = this.#places[place]!.schema?.['~standard'].validate(value);
    if (!(checked instanceof Promise)) this.#accept(place, message, checked ?? { value });
    else {
      const accept = (result: SchemaResult<unknown>) =>
        this.#owner.goOn(() => this.#accept(place, message, result));
      checked.then(accept, (error) => accept({ issues: [{ message: String(error) }] }));
    }
  }

  /** The schema has spoken: meanwhile the wait may be over. */
  #accept(place: number, message: RunMessage, checked: SchemaResult<unknown>): void {
    if (!this.#owner.waits(place)) {
      this.put(message);
      this.#owner.readMail();
    } else if (checked.issues !== undefined) {
      this.#refuse(message, `signal ${this.#places[place]!.name}`, describeIssues(checked.issues));
    } else {
      this.#owner.endWait(place);
      this.#owner.consume(message, 'done', place, textOf(checked.value));
    }
  }

  /** A pivot that is stuck is said not to have happened by whoever cancels it. */
  #cancel(message: RunMessage, reason: string | undefined): void {
    const { machine } = this.#owner;
    const stuckPivot = machine.stuck.some((place) => machine.plan.places[place]!.kind === 'pivot');
    if (machine.phase !== 'forward') this.#refuse(message, 'cancel', `the saga is ${machine.phase} already`);
    else if (machine.pivotBegan && !stuckPivot) this.#refuse(message, 'cancel', 'the pivot has begun');
    else this.#owner.consume(message, 'failed', nowhere, failureText(cancelledError(reason)));
  }

  #decide(message: RunMessage, content: SagaMessage & { kind: 'retry' | 'skip' | 'resolve' }): void {
    const { machine } = this.#owner;
    const { places } = machine.plan;
    const { kind, step } = content;
    const stuck = machine.stuck.filter((place) => step === undefined || places[place]!.name === step);
    if (stuck.length === 0) {
      this.#refuse(message, kind, step === undefined ? 'nothing is stuck' : `'${step}' is not stuck`);
    } else if (kind === 'skip' && stuck.some((place) => places[place]!.kind === 'pivot')) {
      this.#refuse(message, kind, 'a pivot has happened (resolve) or not (cancel)');
    } else {
      const text = kind === 'resolve' ? textOf(content.value) : '';
      for (const place of stuck) this.#owner.consume(message, decisions[kind], place, text);
    }
  }

  #refuse(message: RunMessage, what: string, why: string): void {
    this.#owner.consume(message, 'refused', nowhere, JSON.stringify({ message: what, why }));
  }
}

const decisions = { retry: 'retried', skip: 'skipped', resolve: 'resolved' } as const;
