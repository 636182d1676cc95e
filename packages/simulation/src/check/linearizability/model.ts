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
  /** The object that the operation is about. Those of different objects are checked apart. Default: all one. */
  partition?(input: Input): string;
  /** For people, such as `read -> 1`. Default: JSON. `output` is undefined when nobody knows it. */
  describe?(input: Input, output: Output | undefined): string;
}
