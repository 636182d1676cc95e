/** What committed commands are applied to: the same commands in the same order make the same state. */
export interface StateMachine<Answer> {
  /** Applies the command that was committed at `index` of the log. */
  apply(command: string, index: number): Answer;
  /** The whole state. */
  save(): Uint8Array;
  /** Becomes what {@link save} wrote. */
  restore(state: Uint8Array): void;
  /** Stands for the history of the state: equal where the same commands were applied in the same order. */
  readonly digest: number;
}
