import { sleep, toMillis, type World } from '@holdfast/core';
import type { MemberDescription, RequestOptions } from '../cluster-member.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import type { LeaderCalls } from './leader-calls.ts';

export interface LeaderRequestsOptions {
  readonly world: World;
  readonly calls: LeaderCalls;
  /** The last entry that this member has applied. */
  readonly appliedIndex: () => number;
  /** Microseconds. */
  readonly electionTimeout: number;
}

/** Microseconds between two looks whether a change that the leader made is known here. */
const lookEvery = 5_000;

/** What a member has its leader do: the other side of `LeaderService`. */
export class LeaderRequests {
  readonly #options: LeaderRequestsOptions;
  readonly #calls: LeaderCalls;
  #stopped = false;

  constructor(options: LeaderRequestsOptions) {
    this.#options = options;
    this.#calls = options.calls;
  }

  stop(error: unknown): void {
    this.#stopped = true;
    this.#calls.stop(error);
  }

  async renewLease(id: bigint, options: RequestOptions | undefined): Promise<number> {
    const body = written((writer) => writer.u64(id));
    return new ByteReader(await this.#calls.ask('renew-lease', body, true, options)).u48();
  }

  async leaseTimeLeft(id: bigint, options: RequestOptions | undefined): Promise<number> {
    const body = written((writer) => writer.u64(id));
    const answer = await this.#calls.ask('lease-time-left', body, true, options);
    return Number(BigInt.asIntN(64, new ByteReader(answer).u64()));
  }

  async addMember(
    peerUrls: readonly string[],
    learner: boolean,
    options: RequestOptions | undefined,
  ): Promise<MemberDescription> {
    const body = written((writer) => {
      writer.u8(learner ? 1 : 0);
      writer.texts(peerUrls);
    });
    const answer = new ByteReader(await this.#calls.ask('add-member', body, false, options));
    const id = answer.text();
    await this.#applied(answer.u48(), options);
    return { id, name: '', peerUrls, clientUrls: [], learner };
  }

  async removeMember(id: string, options: RequestOptions | undefined): Promise<void> {
    const body = written((writer) => writer.text(id));
    const answer = await this.#calls.ask('remove-member', body, false, options);
    await this.#applied(new ByteReader(answer).u48(), options);
  }

  async updateMember(
    id: string,
    peerUrls: readonly string[],
    options: RequestOptions | undefined,
  ): Promise<void> {
    const body = written((writer) => {
      writer.text(id);
      writer.texts(peerUrls);
    });
    const answer = await this.#calls.ask('update-member', body, false, options);
    await this.#applied(new ByteReader(answer).u48(), options);
  }

  async promoteMember(id: string, options: RequestOptions | undefined): Promise<void> {
    const body = written((writer) => writer.text(id));
    const answer = await this.#calls.ask('promote-member', body, false, options);
    await this.#applied(new ByteReader(answer).u48(), options);
  }

  async moveLeader(to: string | undefined, options: RequestOptions | undefined): Promise<void> {
    await this.#calls.ask(
      'move-leader',
      written((writer) => writer.text(to ?? '')),
      false,
      options,
    );
  }

  /**
   * Resolves when this member has applied what the leader has done. One that does not hear of it in time, because the
   * leader is gone or it is itself no member any more, does not take that for a failure.
   */
  async #applied(index: number, options: RequestOptions | undefined): Promise<void> {
    const { world, appliedIndex, electionTimeout } = this.#options;
    const until = world.clock.now() + electionTimeout;
    while (appliedIndex() < index && !this.#stopped && world.clock.now() < until) {
      await sleep(toMillis(lookEvery), { world, signal: options?.signal });
    }
  }
}

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.take();
}
