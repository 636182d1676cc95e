import { acknowledge, hearLeader } from '../election/following.ts';
import type { SnapshotChunk, SnapshotOffer } from '../exchange/messages.ts';
import { violated } from '../invariant.ts';
import type { SnapshotMetadata } from '../log/stored-state.ts';
import type { Member, Staging } from '../member/member.ts';

/** A leader has a snapshot for this member: says how much of it is here already. */
export function receiveOffer<Command>(member: Member<Command>, message: SnapshotOffer, now: number): void {
  hearLeader(member, message.from, now);
  const { snapshot, round } = message;
  if (alreadyHas(member, snapshot)) {
    acknowledge(member, message.from, member.log.commit, round);
    return;
  }
  // One at a time, so that a driver never has two of them on its disk, and each of its reports is about the one that is
  // arriving. The offer comes again.
  if (member.applying.isRestoring || member.staging?.storing === true) return;
  if (message.metadataOnly) {
    install(member, snapshot);
    acknowledge(member, message.from, snapshot.index, round);
    return;
  }
  if (!isOf(member.staging, snapshot)) member.staging = { snapshot, offset: 0, storing: false };
  answer(member, message.from, member.staging!, round);
}

export function receiveChunk<Command>(member: Member<Command>, message: SnapshotChunk, now: number): void {
  hearLeader(member, message.from, now);
  const { snapshot, offset, data, checksum, round } = message;
  if (alreadyHas(member, snapshot)) {
    acknowledge(member, message.from, member.log.commit, round);
    return;
  }
  const { staging } = member;
  if (!isOf(staging, snapshot) || staging.storing) return;
  if (offset !== staging.offset) {
    answer(member, message.from, staging, round);
    return;
  }
  if (offset + data.length > snapshot.bytes) {
    violated(`chunk of ${data.length} bytes at ${offset} of a snapshot of ${snapshot.bytes}`);
  }
  staging.storing = true;
  member.outbox.chunksArrived.push({ snapshot, offset, data, checksum });
}

/** The driver has stored the snapshot up to `offset`, or wants it from there again. */
export function chunkStored<Command>(member: Member<Command>, snapshotId: string, offset: number): void {
  const { staging, leader, role } = member;
  if (staging?.snapshot.id !== snapshotId) return;
  if (offset > staging.snapshot.bytes) {
    violated(`${offset} bytes stored of a snapshot of ${staging.snapshot.bytes}`);
  }
  staging.storing = false;
  staging.offset = offset;
  // Without a leader the next one's offer goes on from here.
  if (role.name === 'follower' && leader !== undefined) answer(member, leader, staging, 0);
}

/** Says how far the snapshot is; installs a complete one. */
function answer<Command>(member: Member<Command>, to: string, staging: Staging, round: number): void {
  const { snapshot, offset } = staging;
  const { id, term } = member;
  if (offset < snapshot.bytes) {
    member.send({ kind: 'snapshot-response', from: id, to, term, snapshotId: snapshot.id, offset, round });
  } else if (alreadyHas(member, snapshot)) {
    acknowledge(member, to, member.log.commit, round);
  } else {
    install(member, snapshot);
    acknowledge(member, to, snapshot.index, round);
  }
}

/** Whether the log has all that is in the snapshot: what it does not know to be committed yet, it learns thereby. */
function alreadyHas<Command>(member: Member<Command>, snapshot: SnapshotMetadata): boolean {
  const { log } = member;
  if (snapshot.index <= log.commit) return true;
  if (log.termAt(snapshot.index) !== snapshot.term) return false;
  log.commitTo(snapshot.index);
  return true;
}

function install<Command>(member: Member<Command>, snapshot: SnapshotMetadata): void {
  const { log, memberships, writes, applying } = member;
  if (member.role.name !== 'follower')
    violated(`${member.role.name} installs a snapshot of ${snapshot.index}`);
  if (snapshot.configurationIndex > snapshot.index) {
    violated(`snapshot of ${snapshot.index} with a configuration of ${snapshot.configurationIndex}`);
  }
  log.restore(snapshot);
  memberships.restore(snapshot.configuration, snapshot.configurationIndex);
  writes.restored(snapshot);
  applying.restoreAt(snapshot.index);
  member.staging = undefined;
}

function isOf(staging: Staging | undefined, snapshot: SnapshotMetadata): staging is Staging {
  return (
    staging !== undefined &&
    staging.snapshot.id === snapshot.id &&
    staging.snapshot.index === snapshot.index &&
    staging.snapshot.term === snapshot.term
  );
}
