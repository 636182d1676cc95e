import type { SagaMachine } from './records/machine.ts';

/** Whose context it is: one attempt at a step or a compensation, or a look at the saga as it stands. */
export interface ContextSource {
  readonly saga: ContextSubject;
  readonly key: string;
  readonly doKey: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly transaction: unknown;
}

/** The run that a context is about. */
export interface ContextSubject {
  readonly id: string;
  readonly epoch: number;
  readonly input: unknown;
  readonly machine: SagaMachine;
}

/** How a name is read in a context. */
export type Reader = (saga: ContextSubject) => unknown;
export type ContextClass = new (source: ContextSource) => ActionContext;

/**
 * What the functions of a saga see. Values are read, and parsed, when they are asked for; the names of earlier steps are
 * getters of a class that each definition makes for each of its scopes.
 */
export class ActionContext {
  readonly #source: ContextSource;

  constructor(source: ContextSource) {
    this.#source = source;
  }

  static withNames(names: ReadonlyMap<string, Reader>): ContextClass {
    class ScopedContext extends ActionContext {}
    for (const [name, read] of names) {
      Object.defineProperty(ScopedContext.prototype, name, {
        get(this: ActionContext) {
          return read(this.#source.saga);
        },
      });
    }
    return ScopedContext;
  }

  get id(): string {
    return this.#source.saga.id;
  }

  get epoch(): number {
    return this.#source.saga.epoch;
  }

  get key(): string {
    return this.#source.key;
  }

  get doKey(): string {
    return this.#source.doKey;
  }

  get attempt(): number {
    return this.#source.attempt;
  }

  get signal(): AbortSignal {
    return this.#source.signal;
  }

  get transaction(): unknown {
    return this.#source.transaction;
  }
}
