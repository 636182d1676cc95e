/**
 * Where a member of an atomic commit is. `idle`: not asked to vote yet. `ready`: it has voted yes, and may not decide alone.
 * `pre-committed`: it knows that all have voted yes (three-phase commit only).
 */
export type CommitState = 'idle' | 'ready' | 'pre-committed' | 'committed' | 'aborted';

/** What coordinator and participants of one transaction say to each other. */
export type CommitMessage =
  /** Coordinator: can you commit? */
  | { readonly kind: 'can-commit' }
  | { readonly kind: 'vote'; readonly yes: boolean }
  /** All have voted yes. */
  | { readonly kind: 'pre-commit' }
  | { readonly kind: 'pre-committed' }
  | { readonly kind: 'decision'; readonly commit: boolean }
  | { readonly kind: 'decided' }
  /** Where are you? Asked when nothing has been heard for too long. */
  | { readonly kind: 'where' }
  /** `recovered`: it has crashed since it voted, and may have missed something. */
  | { readonly kind: 'here'; readonly state: CommitState; readonly recovered: boolean };

/** What a machine wants done after an input: `record` made durable first, then the messages sent, then the timer armed. */
export interface CommitOutput {
  /** The state to keep: what a machine is made of again after a crash. */
  readonly record: CommitState | undefined;
  readonly messages: readonly AddressedMessage[];
  /** Microseconds after which its one timer fires, armed anew; `off` disarms it; undefined leaves it as it is. */
  readonly timer: number | 'off' | undefined;
}

export interface AddressedMessage {
  readonly to: string;
  readonly message: CommitMessage;
}

/** What the members of one transaction have to know of each other. */
export interface CommitSettings {
  readonly coordinator: string;
  /** In the order in which they take a dead coordinator's place. */
  readonly participants: readonly string[];
  /**
   * How long a machine waits for an answer, in microseconds. Three-phase commit takes a member that has not answered by then
   * for dead: it must be longer than any message takes there and back.
   */
  readonly timeout: number;
}
