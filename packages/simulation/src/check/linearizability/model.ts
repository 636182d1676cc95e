import type { Operation } from '../history/operation.ts';
import type { RegisterAccess } from './register-zones.ts';

/**
 * What an object does when it is asked one thing after the other: its sequential specification. States are values
 * that are never changed, and never undefined.
 */
export interface Model<State, Input, Output> {
  /** Such as `'register'`. */
  readonly name: string;
  /** The state before any operation; of each partition, where there are several. */
  init(): State;
  /**
   * The state after `input` was answered with `output` in `state`; undefined when the object would not have
   * answered so. `output` is undefined when nobody knows the answer: then every answer that the object could give
   * is right, and the state after it is wanted.
   */
  step(state: State, input: Input, output: Output | undefined): State | undefined;
  /** Equal for equal states, different for others. Default: a primitive state itself, else its canonical JSON. */
  key?(state: State): string | number;
  /**
   * Whether an operation with this answer never changes any state (a read, a refused compare-and-swap). Searches
   * are many times faster where a model can say so. `output` is undefined when nobody knows it. Default false.
   */
  readOnly?(input: Input, output: Output | undefined): boolean;
  /** What the answers of one partition tell in advance. Never changes a verdict, but makes searches faster. */
  insight?(
    known: readonly Operation<Input, Output>[],
    unknown: readonly Operation<Input, Output>[],
  ): Insight<State, Input, Output>;
  /**
   * Where the object is a register, what the operation reads and writes, as canonical JSON. Histories that write each
   * value once are then decided without a search. Default: it is no register.
   */
  access?(input: Input, output: Output | undefined): RegisterAccess;
  /** The object that the operation is about. Those of different objects are checked apart. Default: all one. */
  partition?(input: Input): string;
  /** For people, such as `read -> 1`. Default: JSON. `output` is undefined when nobody knows it. */
  describe?(input: Input, output: Output | undefined): string;
}

/** What is clear from the operations of a partition before any search. */
export interface Insight<State, Input, Output> {
  /**
   * Whether an operation with an unknown outcome can help to explain any answer: a write of a value that nobody
   * read cannot. Default: all can.
   */
  helps?(input: Input): boolean;
  /**
   * Whether `input` can never again be answered with `output` from `state` on, whatever happens in between, as a
   * list that only grows never loses an element. Default: never.
   */
  outOfReach?(state: State, input: Input, output: Output): boolean;
  /** A known operation that can no longer be explained once `state` was reached. Default: none. */
  contradicts?(state: State): Operation<Input, Output> | undefined;
}
