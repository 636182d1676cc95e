import type { ForwardAnswer } from './forward-messages.ts';
import type { PendingProposal } from './pending-proposal.ts';

/** Bytes of commands in one message, of which there is one at least. */
const messageBytesMax = 1 << 20;

/** Sends a message's worth of proposals to the leader of a term; false when it could not be sent. */
export type SendForward = (stream: number, first: number, proposals: readonly PendingProposal[]) => boolean;

/** The proposals on their way to a leader, in the order of their numbers, until it says that it has taken them. */
export class ForwardStream {
  /** Whose, and in which term it takes them. */
  #leader: string | undefined = undefined;
  #term = 0;
  #stream = 0;
  /** The number of the first of {@link #unanswered}. */
  #base = 0;
  #unanswered: PendingProposal[] = [];
  #bytes = 0;
  /** How many of them are sent. */
  #sent = 0;
  #baseAtCheck = 0;

  /** Whether it goes to this leader, in this term. */
  isTo(leader: string | undefined, term: number): boolean {
    return leader === this.#leader && term === this.#term;
  }

  get empty(): boolean {
    return this.#unanswered.length === 0;
  }

  /** How many there are, also of those that nobody waits for any more. */
  get length(): number {
    return this.#unanswered.length;
  }

  /** Bytes of their commands. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins a stream to another leader, or in another term. What the old one has not answered is decided by the log. */
  open(leader: string, term: number): void {
    if (this.isTo(leader, term)) return;
    this.#leader = leader;
    this.#term = term;
    this.#restart();
  }

  add(proposal: PendingProposal): void {
    proposal.term = this.#term;
    this.#unanswered.push(proposal);
    this.#bytes += proposal.sealed.length;
  }

  /** Sends what is not sent yet. */
  flush(send: SendForward): void {
    const { length } = this.#unanswered;
    while (this.#sent < length) {
      let bytes = 0;
      let end = this.#sent;
      while (end < length) {
        bytes += this.#unanswered[end]!.sealed.length;
        if (bytes > messageBytesMax && end > this.#sent) break;
        end++;
      }
      const proposals = this.#unanswered.slice(this.#sent, end);
      if (!send(this.#stream, this.#base + this.#sent, proposals)) return;
      this.#sent = end;
    }
  }

  /** Takes an answer; returns the proposals that the leader has refused, which it will not take from this stream. */
  answered({ stream, next, refusal }: ForwardAnswer): readonly PendingProposal[] {
    if (stream !== this.#stream) return [];
    const taken = next - this.#base;
    if (taken > 0 && taken <= this.#unanswered.length) {
      for (const { sealed } of this.#unanswered.splice(0, taken)) this.#bytes -= sealed.length;
      this.#base = next;
      this.#sent = Math.max(0, this.#sent - taken);
    }
    if (refusal === undefined) return [];
    const refused = this.#unanswered;
    this.#restart();
    return refused;
  }

  /** Called now and then: sends again what has not been answered since the last time. */
  check(): void {
    if (this.#base === this.#baseAtCheck) this.#sent = 0;
    this.#baseAtCheck = this.#base;
  }

  #restart(): void {
    this.#stream++;
    this.#base = 0;
    this.#baseAtCheck = 0;
    this.#sent = 0;
    this.#unanswered = [];
    this.#bytes = 0;
  }
}
