import { Timer } from '@holdfast/core';
import type { HostContext } from '@holdfast/simulation';
import type { Answer, Command, KeyValueChange } from '../key-value/command.ts';
import type { Reply, ReplyOutcome } from './requests.ts';

/** What a client is asked to do. */
export type ClientOperation =
  | KeyValueChange
  /** `anywhere`: at any member, not at the leader only. */
  | { readonly kind: 'get'; readonly key: string; readonly anywhere: boolean };

/** What the store answered; undefined when nobody can say whether it happened. */
export type ClientOutcome = number | boolean | null | undefined;

/** Hears of one operation. */
export interface ClientListener {
  begun(): void;
  ended(outcome: ClientOutcome): void;
}

export interface ClientOptions {
  /** Unlike that of any other client. */
  readonly name: string;
  /** The hosts of members that it knows of. It asks the one on its own host first. */
  readonly members: readonly string[];
  /** How long it waits for an answer before it asks another member, in microseconds. */
  readonly retryAfter: number;
  /** How long it tries in all, in microseconds. */
  readonly giveUpAfter: number;
}

/** How long it waits after a refusal that names no leader, in microseconds. */
const pause = 20_000;
const idsPerProcess = 2 ** 20;
/** Operations that wait for their turn; one more is refused. */
const waitingMax = 16;
/** Commands in a session: after them it opens another in its place. */
const commandsMax = 12;
/** It says with every command of so many that it has all answers before that. */
const acknowledgeEvery = 3;

interface Task {
  readonly operation: ClientOperation;
  readonly listener: ClientListener;
}

/**
 * A client of the key-value store: one operation at a time, in a session (Ongaro, dissertation, 6.3), so that it may
 * ask again, and ask others, until it has an answer or gives up.
 */
export class KeyValueClient extends Timer {
  readonly #context: HostContext;
  readonly #options: ClientOptions;
  readonly #waiting: Task[] = [];
  #task: Task | undefined = undefined;
  #session: number | undefined = undefined;
  #sequence = 0;
  /** The number of what it asks for now: no earlier process has used it, whose late answers may still come. */
  #id: number;
  #target: string;
  #giveUpAt = 0;
  /** Whether it waits after a refusal, not for an answer. */
  #resting = false;

  constructor(context: HostContext, options: ClientOptions) {
    super();
    this.#context = context;
    this.#options = options;
    this.#target = context.host;
    this.#id = context.incarnation * idsPerProcess;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Does `operation` after those before it; false when too many wait. */
  submit(operation: ClientOperation, listener: ClientListener): boolean {
    if (this.#waiting.length >= waitingMax) return false;
    this.#waiting.push({ operation, listener });
    if (this.#task === undefined) this.#next();
    return true;
  }

  /** A reply for this client has arrived. */
  receive({ id, outcome }: Reply, from: string): void {
    if (this.#task === undefined || id !== this.#id) return;
    if (outcome.kind === 'refused') this.#refused(outcome, from);
    else if (outcome.kind === 'value') this.#end(outcome.value);
    else this.#answered(outcome.answer);
  }

  override fire(): void {
    if (this.#context.clock.now() >= this.#giveUpAt) {
      this.#end(undefined);
      return;
    }
    if (!this.#resting) this.#target = this.#another();
    this.#ask();
  }

  #next(): void {
    this.#task = this.#waiting.shift();
    if (this.#task === undefined) return;
    this.#task.listener.begun();
    this.#id++;
    this.#giveUpAt = this.#context.clock.now() + this.#options.giveUpAfter;
    const { operation } = this.#task;
    if (operation.kind === 'get' && operation.anywhere) this.#target = this.#another();
    else if (operation.kind !== 'get' && this.#session !== undefined) this.#sequence++;
    this.#ask();
  }

  #ask(): void {
    const { messages, clock, timers } = this.#context;
    const { name: client, retryAfter } = this.#options;
    const { operation } = this.#task!;
    const id = this.#id;
    if (operation.kind === 'get') {
      messages.send(this.#target, { kind: 'key-request', client, id, key: operation.key });
    } else {
      const command = this.#commandFor(operation);
      messages.send(this.#target, { kind: 'command-request', client, id, command });
    }
    this.#resting = false;
    timers.arm(this, clock.now() + retryAfter);
  }

  #commandFor(change: KeyValueChange): Command {
    const session = this.#session;
    const sequence = this.#sequence;
    if (session === undefined || sequence > commandsMax) {
      return { kind: 'open-session', instead: session ?? null };
    }
    const answeredBelow = Math.max(1, sequence - (sequence % acknowledgeEvery));
    return { kind: 'session-command', session, sequence, answeredBelow, change };
  }

  #answered(answer: Answer): void {
    switch (answer.kind) {
      case 'session-opened':
        this.#session = answer.session;
        this.#sequence = 1;
        this.#id++;
        this.#ask();
        return;
      case 'session-ended':
        // An earlier attempt may have been executed before that.
        this.#session = undefined;
        this.#end(undefined);
        return;
      case 'answered':
      case 'too-many':
        this.#end(undefined);
        return;
      case 'put':
        this.#end(null);
        return;
      case 'cas':
        this.#end(answer.swapped);
    }
  }

  #refused({ leader }: Extract<ReplyOutcome, { kind: 'refused' }>, from: string): void {
    const { clock, timers } = this.#context;
    const known = leader !== undefined && leader !== from;
    this.#target = known ? leader : this.#another();
    this.#resting = true;
    timers.arm(this, clock.now() + (known ? 1_000 : pause));
  }

  #end(outcome: ClientOutcome): void {
    const task = this.#task!;
    this.#context.timers.disarm(this);
    this.#task = undefined;
    // Late answers to it are for nobody.
    this.#id++;
    task.listener.ended(outcome);
    this.#next();
  }

  #another(): string {
    const { members } = this.#options;
    const others = members.filter((member) => member !== this.#target);
    if (others.length === 0) return this.#target;
    return others[this.#context.random.below(others.length)]!;
  }
}
