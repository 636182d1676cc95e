import type { AddressedMessage, CommitMessage, CommitOutput, CommitState } from './commit-message.ts';

/**
 * A member of one transaction, as a pure machine: inputs go in one at a time, and what is to be done comes out. It knows no
 * clock, no network and no disk.
 */
export abstract class CommitMachine {
  /** What is durable of it, once its last output is. */
  #state: CommitState;
  /** It has crashed since it began. */
  protected readonly recovered: boolean;
  #record: CommitState | undefined;
  #messages: AddressedMessage[] = [];
  #timer: number | 'off' | undefined;

  /** @param stored - the last record, when it begins anew after a crash. */
  constructor(stored: CommitState | undefined) {
    this.#state = stored ?? 'idle';
    this.recovered = stored !== undefined;
  }

  get state(): CommitState {
    return this.#state;
  }

  get decided(): boolean {
    return this.#state === 'committed' || this.#state === 'aborted';
  }

  /** The first input: a machine that begins, for the first time or again. */
  start(): CommitOutput {
    this.onStart();
    return this.#take();
  }

  receive(message: CommitMessage, from: string): CommitOutput {
    this.onMessage(message, from);
    return this.#take();
  }

  /** The timer has fired. */
  timeUp(): CommitOutput {
    this.onTimeUp();
    return this.#take();
  }

  protected abstract onStart(): void;
  protected abstract onMessage(message: CommitMessage, from: string): void;
  protected abstract onTimeUp(): void;

  protected become(state: CommitState): void {
    this.#state = state;
    this.#record = state;
  }

  protected send(to: string, message: CommitMessage): void {
    this.#messages.push({ to, message });
  }

  protected sendAll(to: readonly string[], message: CommitMessage): void {
    for (const one of to) this.send(one, message);
  }

  protected arm(micros: number): void {
    this.#timer = micros;
  }

  protected disarm(): void {
    this.#timer = 'off';
  }

  #take(): CommitOutput {
    const output = { record: this.#record, messages: this.#messages, timer: this.#timer };
    this.#record = undefined;
    this.#messages = [];
    this.#timer = undefined;
    return output;
  }
}
