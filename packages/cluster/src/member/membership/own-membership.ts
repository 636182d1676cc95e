import { type HoldfastError, sleep, type World } from '@holdfast/core';
import type { Configuration } from '@holdfast/raft';
import { clusterErrors } from '../../errors.ts';
import type { FarewellReason } from './farewell.ts';
import { startedBeforeError } from './joining.ts';

export interface OwnMembershipOptions {
  readonly world: World;
  readonly id: string;
  readonly name: string;
  /** Whether it has no more of the log than every founder begins with. */
  readonly isFresh: () => boolean;
  /** Notes on the disk that the member was removed. */
  readonly note: () => Promise<void>;
  /** Introduces the member again to a peer that did not know it. */
  readonly greetAgain: (peer: string) => void;
  /** The member cannot go on. */
  readonly failed: (error: HoldfastError) => void;
}

/** Milliseconds for the note on a disk that may be full. */
const noteTimeout = 2_000;

/** Whether a member belongs to its cluster: it ends when it has been removed. */
export class OwnMembership {
  readonly #options: OwnMembershipOptions;
  /** Whether a configuration with this member in it has been applied. */
  #tookPart: boolean;
  #leaving = false;

  /** @param known - the configuration that it starts with. */
  constructor(known: Configuration | undefined, options: OwnMembershipOptions) {
    this.#options = options;
    this.#tookPart = known !== undefined && this.#isIn(known);
  }

  /** A configuration came with a snapshot. It may be older than what the member knows. */
  restored(configuration: Configuration): void {
    this.#tookPart ||= this.#isIn(configuration);
  }

  applied(configuration: Configuration): void {
    if (this.#isIn(configuration)) this.#tookPart = true;
    else if (this.#tookPart) void this.#leave();
  }

  /** A member will not talk to this one. */
  turnedAway(peer: string, reason: FarewellReason): void {
    const { name, isFresh, greetAgain, failed } = this.#options;
    if (reason === 'removed') {
      if (this.#tookPart) void this.#leave();
    } else if (isFresh()) failed(startedBeforeError(name));
    else greetAgain(peer);
  }

  async #leave(): Promise<void> {
    if (this.#leaving) return;
    this.#leaving = true;
    const { world, id, name, isFresh, note, failed } = this.#options;
    // A folder with nothing in it may be used for the member that is added in its place. Where the disk is full, others
    // say it again when it is started.
    if (!isFresh()) await Promise.race([note(), sleep(noteTimeout, { world })]);
    failed(memberRemoved(name, id));
  }

  #isIn({ voters, outgoing, learners }: Configuration): boolean {
    const { id } = this.#options;
    return voters.includes(id) || outgoing.includes(id) || learners.includes(id);
  }
}

export function memberRemoved(name: string, id: string): HoldfastError<'MEMBER_REMOVED'> {
  return clusterErrors.create('MEMBER_REMOVED', {
    message: `the member ${name} (${id}) was removed from its cluster; to come back, it is added anew, with an empty folder`,
  });
}
