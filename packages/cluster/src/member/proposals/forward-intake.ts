import type { Forward, ForwardAnswer, ForwardRefusal } from './forward-messages.ts';

/** Takes a command into the leader's log; says why not. */
export type TakeForwarded = (command: Uint8Array) => ForwardRefusal | undefined;

/** Up to where a leader has taken the streams of its followers, in the term in which it leads. */
export class ForwardIntake {
  #term = 0;
  readonly #streams = new Map<string, { readonly stream: number; next: number }>();

  /** Takes what is next of `forward` from `from`; undefined when it is of another term or of an older stream. */
  take(term: number, from: string, forward: Forward, take: TakeForwarded): ForwardAnswer | undefined {
    if (forward.term !== term) return undefined;
    if (term !== this.#term) {
      this.#term = term;
      this.#streams.clear();
    }
    const { origin } = forward;
    const source = `${from} ${origin}`;
    let state = this.#streams.get(source);
    if (state !== undefined && forward.stream < state.stream) return undefined;
    if (state === undefined || forward.stream > state.stream) {
      state = { stream: forward.stream, next: 0 };
      this.#streams.set(source, state);
    }
    let refusal: ForwardRefusal | undefined;
    const { commands, first } = forward;
    // What comes after a gap is sent again.
    if (first <= state.next) {
      for (let place = state.next - first; place < commands.length; place++) {
        refusal = take(commands[place]!);
        if (refusal !== undefined) break;
        state.next++;
      }
    }
    return { term, origin, stream: state.stream, next: state.next, refusal };
  }
}
