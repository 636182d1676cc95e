import { Member } from '../../etcd/membership.ts';
import type { Contents } from '../contents.ts';
import { VersionWalk } from '../keys/version-walk.ts';
import type { Lease } from '../leases/lease-directory.ts';
import { joined } from '../memory/joined.ts';
import type { Session } from '../sessions/session-table.ts';
import type { StateSnapshot } from '../state-machine.ts';
import { FrameKind, formatVersion, frameBytes, magic } from './format.ts';
import { FrameWriter } from './frame-writer.ts';

/**
 * The state of a moment, written frame by frame while the state moves on. What grows with the state is frozen, not
 * copied: leases and sessions by their maps, versions by a walk that holds them. How frames are cut follows from what is
 * in them, so that the same state gives the same bytes on every member.
 */
export class SnapshotWriter implements StateSnapshot {
  readonly index: number;
  readonly term: number;
  readonly revision: number;
  readonly bytesEstimate: number;
  private readonly writer: FrameWriter = new FrameWriter();
  private readonly frames: Generator<Uint8Array, void>;
  private readonly walk: VersionWalk;
  private readonly onPassed: () => void;
  /** What has been written and not been asked for. */
  private rest: Uint8Array = new Uint8Array(0);
  private isOver = false;

  constructor(contents: Contents, auth: Uint8Array, onPassed: () => void) {
    const { keys, leases, sessions, members, alarms } = contents;
    this.index = contents.index;
    this.term = contents.term;
    this.revision = keys.revision;
    this.bytesEstimate = keys.bytesInUse + auth.length + leases.count * 24 + 1024;
    this.walk = new VersionWalk(keys);
    this.onPassed = onPassed;
    const head = {
      time: sessions.now,
      compacted: keys.compactedRevision,
      leases: leases.freeze(),
      sessions: sessions.freeze(),
      members: members.list(),
      removed: members.removed(),
      alarms: alarms.list(),
      auth,
    };
    this.frames = this.write(contents, head);
  }

  next(bytes: number): Uint8Array | undefined {
    const pieces: Uint8Array[] = this.rest.length > 0 ? [this.rest] : [];
    let length = this.rest.length;
    while (length < bytes && !this.isOver) {
      const frame = this.frames.next();
      if (frame.done === true) {
        this.isOver = true;
      } else {
        pieces.push(frame.value);
        length += frame.value.length;
      }
    }
    this.onPassed();
    if (length === 0) return undefined;
    const whole = pieces.length === 1 ? pieces[0]! : joined(pieces, length);
    this.rest = whole.subarray(Math.min(length, bytes));
    return whole.subarray(0, Math.min(length, bytes));
  }

  release(): void {
    this.isOver = true;
    this.rest = new Uint8Array(0);
    this.walk.release();
    this.onPassed();
  }

  private *write(contents: Contents, head: Head): Generator<Uint8Array, void> {
    const { writer } = this;
    writer.uint8(FrameKind.Header);
    writer.text(magic);
    writer.uint8(formatVersion);
    for (const value of [this.index, this.term, this.revision, head.compacted, head.time])
      writer.double(value);
    yield writer.finish();
    yield* this.section(FrameKind.Leases, head.leases, (lease) => this.writeLease(lease));
    yield* this.section(FrameKind.Sessions, head.sessions, (session) => this.writeSession(session));
    yield* this.section(FrameKind.Members, head.members, (member) => writer.block(Member.encode(member)));
    yield* this.section(FrameKind.Removed, head.removed, (id) => writer.int64(BigInt.asIntN(64, id)));
    yield* this.section(FrameKind.Alarms, head.alarms, ({ memberId, alarm }) => {
      writer.int64(BigInt.asIntN(64, memberId));
      writer.uint32(alarm);
    });
    yield* this.section(FrameKind.Auth, cut(head.auth), (piece) => writer.block(piece));
    yield* this.section(FrameKind.Versions, this.versions(), (version) =>
      this.writeVersion(contents, version),
    );
    writer.uint8(FrameKind.End);
    yield writer.finish();
  }

  /** Frames of one kind, each with as many records as fill it. */
  private *section<Record>(
    kind: number,
    records: Iterable<Record>,
    write: (record: Record) => void,
  ): Generator<Uint8Array, void> {
    const { writer } = this;
    let isOpen = false;
    for (const record of records) {
      if (!isOpen) writer.uint8(kind);
      isOpen = true;
      write(record);
      if (writer.size < frameBytes) continue;
      yield writer.finish();
      isOpen = false;
    }
    if (isOpen) yield writer.finish();
  }

  private *versions(): Generator<number, void> {
    for (let version = this.walk.next(); version !== 0; version = this.walk.next()) yield version;
  }

  private writeLease({ id, ttl, remaining }: Lease): void {
    const { writer } = this;
    writer.int64(id);
    writer.double(ttl);
    writer.double(remaining);
  }

  private writeSession({ id, usedAt, usedIndex, answeredBelow, answers }: Session): void {
    const { writer } = this;
    for (const value of [id, usedAt, usedIndex, answeredBelow]) writer.double(value);
    writer.uint32(answers.size);
    for (const [sequence, { revision, kind, response, refusal }] of answers) {
      writer.double(sequence);
      writer.double(revision);
      writer.text(kind);
      writer.uint8((response === undefined ? 0 : 1) | (refusal === undefined ? 0 : 2));
      if (response !== undefined) writer.block(response);
      if (refusal === undefined) continue;
      writer.uint32(refusal.code);
      writer.text(refusal.message);
    }
  }

  private writeVersion({ keys: { versions } }: Contents, version: number): void {
    const { writer } = this;
    const isTombstone = versions.isTombstone(version);
    const lease = versions.leaseOf(version);
    writer.uint8((isTombstone ? 1 : 0) | (lease === 0n ? 0 : 2));
    writer.double(versions.modOf(version));
    writer.block(versions.keyView(version));
    if (isTombstone) return;
    writer.double(versions.createOf(version));
    writer.double(versions.countOf(version));
    if (lease !== 0n) writer.int64(lease);
    writer.block(versions.valueView(version));
  }
}

interface Head {
  readonly time: number;
  readonly compacted: number;
  readonly leases: Iterable<Lease>;
  readonly sessions: Iterable<Session>;
  readonly members: readonly Member[];
  readonly removed: readonly bigint[];
  readonly alarms: Iterable<{ readonly memberId: bigint; readonly alarm: number }>;
  readonly auth: Uint8Array;
}

function* cut(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += 0x4000) yield bytes.subarray(at, at + 0x4000);
}
