import type { Message } from '../../exchange/messages.ts';
import type { ReadOutcome } from '../../exchange/output.ts';
import type { SnapshotMetadata } from '../../log/stored-state.ts';
import type { WriteBatch } from '../../log/write-batch.ts';
import type { Raft } from '../../raft.ts';

/** Sees what a member does, to judge it: nothing that it does depends on that. */
export interface MemberWatch {
  /** A process of the member has read its disk and begins. */
  started(raft: Raft<string>, digest: number): void;
  /** It is about to write. */
  writing(raft: Raft<string>, batch: WriteBatch<string>): void;
  /** That batch, and with it all earlier ones, is durable. */
  written(raft: Raft<string>, sequence: number): void;
  sending(raft: Raft<string>, message: Message<string>): void;
  /** It has applied the entry at `index`; `digest` stands for all that it applied. */
  applied(raft: Raft<string>, index: number, digest: number): void;
  /** Its state machine became what a snapshot holds. */
  restored(raft: Raft<string>, snapshot: SnapshotMetadata, digest: number): void;
  /** It is asked for a read, under a number of its own. */
  reading(raft: Raft<string>, id: number): void;
  /** That read may be made now, or not. */
  readAnswered(raft: Raft<string>, outcome: ReadOutcome): void;
  /** It has done all that there was to do after something happened. */
  settled(raft: Raft<string>): void;
  /** What the disk of `host` held is damaged: no member starts there. */
  damaged(host: string): void;
}
