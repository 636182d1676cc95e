import type { Message } from './messages.ts';
import type { ChunkArrived, ChunkWanted, Output, ReadOutcome } from './output.ts';

/** Answers that may wait for the disk at once. A further one is dropped, as if the network had lost it. */
const heldMax = 4096;

interface Held<Command> {
  /** The batch that has to be durable first. */
  readonly sequence: number;
  readonly message: Message<Command>;
}

/** What a member wants done, until its driver takes it. */
export class Outbox<Command> {
  reads: ReadOutcome[] = [];
  chunksWanted: ChunkWanted[] = [];
  chunksArrived: ChunkArrived[] = [];
  private messages: Message<Command>[] = [];
  private held: Held<Command>[] = [];

  get empty(): boolean {
    return (
      this.messages.length === 0 &&
      this.reads.length === 0 &&
      this.chunksWanted.length === 0 &&
      this.chunksArrived.length === 0
    );
  }

  send(message: Message<Command>): void {
    this.messages.push(message);
  }

  /** Keeps `message` back until the batch called `sequence` is durable. */
  hold(message: Message<Command>, sequence: number): void {
    if (this.held.length < heldMax) this.held.push({ sequence, message });
  }

  /**
   * Sends what waited for batches up to `durable`. What was said in an earlier term is dropped: it would promise for
   * entries that a later leader may have replaced. Returns what the member said to itself.
   */
  release(durable: number, term: number): Message<Command>[] {
    const { held } = this;
    const toSelf: Message<Command>[] = [];
    let kept = 0;
    for (const entry of held) {
      if (entry.sequence > durable) held[kept++] = entry;
      else if (entry.message.term === term) {
        if (entry.message.to === entry.message.from) toSelf.push(entry.message);
        else this.messages.push(entry.message);
      }
    }
    held.length = kept;
    return toSelf;
  }

  /** Hands over all there is, with what to write and to apply, and begins anew. */
  takeAll(write: Output<Command>['write'], committed: Output<Command>['committed']): Output<Command> {
    const { messages, reads, chunksWanted, chunksArrived } = this;
    this.messages = [];
    this.reads = [];
    this.chunksWanted = [];
    this.chunksArrived = [];
    return { messages, write, committed, reads, chunksWanted, chunksArrived };
  }
}
