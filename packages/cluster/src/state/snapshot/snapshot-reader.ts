import { isHoldfastError } from '@holdfast/core';
import { Member } from '../../etcd/membership.ts';
import type { CommandKind } from '../command.ts';
import type { Contents } from '../contents.ts';
import type { Answer, Session } from '../sessions/session-table.ts';
import type { StateRestore } from '../state-machine.ts';
import { FrameKind, formatVersion, magic } from './format.ts';
import { FrameReader, malformed, type PayloadReader } from './frame-reader.ts';

/** Reads a snapshot into contents that are empty, piece by piece. */
export class SnapshotReader implements StateRestore {
  private readonly contents: Contents;
  private readonly onFinish: (auth: Uint8Array) => void;
  private readonly frames: FrameReader = new FrameReader();
  private readonly sessions: Session[] = [];
  private readonly auth: Uint8Array[] = [];
  private time = 0;
  private revision = 0;
  private lastKind = 0;

  /** @param onFinish - puts the contents, and users and roles as they were saved, in the place of the present ones. */
  constructor(contents: Contents, onFinish: (auth: Uint8Array) => void) {
    this.contents = contents;
    this.onFinish = onFinish;
  }

  write(bytes: Uint8Array): void {
    this.frames.write(bytes, (payload) => this.takeFrame(payload));
  }

  finish(): void {
    if (this.lastKind !== FrameKind.End || this.frames.isWithin) malformed('its end is missing');
    const { contents, revision } = this;
    const { keys } = contents;
    if (revision !== Math.max(1, keys.compactedRevision, keys.lastRestored))
      malformed(`revision ${revision} is missing`);
    keys.endRestore(revision);
    contents.sessions.restore(this.time, this.sessions);
    this.onFinish(new Uint8Array(Buffer.concat(this.auth)));
  }

  private takeFrame(payload: PayloadReader): void {
    const kind = payload.uint8();
    // Each kind comes once, in the order of their numbers, the first one first.
    const first = this.lastKind === 0;
    if (first !== (kind === FrameKind.Header) || kind < this.lastKind || this.lastKind === FrameKind.End) {
      malformed(`a frame of kind ${kind} after one of kind ${this.lastKind}`);
    }
    this.lastKind = kind;
    const take = this.taking(kind);
    while (!payload.isAtEnd) take(payload);
  }

  private taking(kind: number): (payload: PayloadReader) => void {
    switch (kind) {
      case FrameKind.Header:
        return (payload) => this.takeHeader(payload);
      case FrameKind.Leases:
        return (payload) => this.takeLease(payload);
      case FrameKind.Sessions:
        return (payload) => this.takeSession(payload);
      case FrameKind.Members:
        return (payload) => this.takeMember(payload);
      case FrameKind.Removed:
        return (payload) => this.contents.members.remove(BigInt.asUintN(64, payload.int64()));
      case FrameKind.Alarms:
        return (payload) => this.takeAlarm(payload);
      case FrameKind.Auth:
        return (payload) => this.auth.push(payload.block().slice());
      case FrameKind.Versions:
        return (payload) => this.takeVersion(payload);
      default:
        return () => malformed(`a record in a frame of kind ${kind}`);
    }
  }

  private takeHeader(payload: PayloadReader): void {
    const { contents } = this;
    if (payload.text() !== magic) malformed('it is something else');
    const version = payload.uint8();
    if (version !== formatVersion) malformed(`version ${version} of the format is not known here`);
    contents.index = payload.double();
    contents.term = payload.double();
    this.revision = payload.double();
    contents.keys.beginRestore(payload.double());
    this.time = payload.double();
  }

  private takeLease(payload: PayloadReader): void {
    const id = payload.int64();
    const ttl = payload.double();
    this.contents.leases.add({ id, ttl, remaining: payload.double() });
  }

  private takeSession(payload: PayloadReader): void {
    const id = payload.double();
    const usedAt = payload.double();
    const usedIndex = payload.double();
    const answeredBelow = payload.double();
    const answers = new Map<number, Answer>();
    for (let count = payload.uint32(); count > 0; count--) {
      const sequence = payload.double();
      answers.set(sequence, takeAnswer(payload));
    }
    this.sessions.push({ id, usedAt, usedIndex, answeredBelow, answers });
  }

  private takeMember(payload: PayloadReader): void {
    try {
      this.contents.members.put(Member.decode(payload.block()));
    } catch (error) {
      if (isHoldfastError(error) && error.code === 'MALFORMED_MESSAGE') malformed(error.message);
      throw error;
    }
  }

  private takeAlarm(payload: PayloadReader): void {
    const memberId = BigInt.asUintN(64, payload.int64());
    this.contents.alarms.activate(memberId, payload.uint32());
  }

  private takeVersion(payload: PayloadReader): void {
    const { keys } = this.contents;
    const flags = payload.uint8();
    const mod = payload.double();
    const key = payload.block();
    // Of those after the compacted one none is missing, since each has changed something.
    const next = Math.max(1, keys.compactedRevision, keys.lastRestored) + 1;
    if (!(mod >= keys.lastRestored && mod <= next)) malformed(`revision ${mod} out of its place`);
    if ((flags & 1) !== 0) {
      keys.restoreTombstone(key, mod);
      return;
    }
    const create = payload.double();
    const count = payload.double();
    const lease = (flags & 2) === 0 ? 0n : payload.int64();
    keys.restorePut(key, mod, create, count, payload.block(), lease);
  }
}

function takeAnswer(payload: PayloadReader): Answer {
  const revision = payload.double();
  const kind = payload.text() as CommandKind;
  const flags = payload.uint8();
  const response = (flags & 1) === 0 ? undefined : payload.block().slice();
  const refusal = (flags & 2) === 0 ? undefined : { code: payload.uint32(), message: payload.text() };
  return { revision, kind, response, refusal };
}
