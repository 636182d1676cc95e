import type { MemberDescription, RequestOptions } from '../cluster-member.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import type { LeaderCalls } from './leader-calls.ts';

/** What a member has its leader do: the other side of `LeaderService`. */
export class LeaderRequests {
  readonly #calls: LeaderCalls;

  constructor(calls: LeaderCalls) {
    this.#calls = calls;
  }

  stop(error: unknown): void {
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
    const id = new ByteReader(await this.#calls.ask('add-member', body, false, options)).text();
    return { id, name: '', peerUrls, clientUrls: [], learner };
  }

  async removeMember(id: string, options: RequestOptions | undefined): Promise<void> {
    await this.#calls.ask(
      'remove-member',
      written((writer) => writer.text(id)),
      false,
      options,
    );
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
    await this.#calls.ask('update-member', body, false, options);
  }

  async promoteMember(id: string, options: RequestOptions | undefined): Promise<void> {
    await this.#calls.ask(
      'promote-member',
      written((writer) => writer.text(id)),
      false,
      options,
    );
  }

  async moveLeader(to: string | undefined, options: RequestOptions | undefined): Promise<void> {
    await this.#calls.ask(
      'move-leader',
      written((writer) => writer.text(to ?? '')),
      false,
      options,
    );
  }
}

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.take();
}
