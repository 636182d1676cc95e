import type { Forward, ForwardAnswer, ForwardRefusal } from './forward-messages.ts';

/** A stream ends with the first refusal: whoever is told of it may believe that nothing after it is taken from there. */
interface Stream {
  readonly stream: number;
  next: number;
  refusal: ForwardRefusal | undefined;
}

/** Takes a command into the leader's log; says why not. */
export type TakeForwarded = (command: Uint8Array) => ForwardRefusal | undefined;

/** Up to where a leader has taken the streams of its followers, in the term in which it leads. */
export class ForwardIntake {
  #term = 0;
  readonly #streams = new Map<string, Stream>();

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
      state = { stream: forward.stream, next: 0, refusal: undefined };
      this.#streams.set(source, state);
    }
    const { commands, first } = forward;
    // What comes after a gap is sent again.
    for (let place = state.next - first; place >= 0 && place < commands.length; place++) {
      state.refusal ??= take(commands[place]!);
      if (state.refusal !== undefined) break;
      state.next++;
    }
    return { term, origin, stream: state.stream, next: state.next, refusal: state.refusal };
  }
}
