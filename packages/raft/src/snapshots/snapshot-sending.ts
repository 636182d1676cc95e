import type { SnapshotResponse } from '../exchange/messages.ts';
import { violated } from '../invariant.ts';
import type { Member } from '../member/member.ts';
import type { Leader } from '../member/roles.ts';
import type { MemberId } from '../membership/member-id.ts';
import type { Peer, Snapshotting } from '../peers/progress.ts';

/** Whether the log no longer has what the peer needs next. */
export function needsSnapshot<Command>(member: Member<Command>, peer: Peer): boolean {
  return peer.next - 1 < member.log.baseIndex;
}

/** Begins to send the latest snapshot: its description first, whose answer says how much of it the peer has already. */
export function offerSnapshot<Command>(member: Member<Command>, leader: Leader, peer: Peer): void {
  const { snapshot, baseIndex } = member.log;
  if (snapshot === undefined) violated(`the log begins after ${baseIndex}, but there is no snapshot`);
  if (snapshot.index < baseIndex)
    violated(`the log begins after ${baseIndex}, its snapshot ends at ${snapshot.index}`);
  peer.sendSnapshot(snapshot);
  sendOffer(member, leader, peer, snapshot);
}

/** Called at every heartbeat response: something may have been lost if nothing has moved since the last one. */
export function offerAgain<Command>(
  member: Member<Command>,
  leader: Leader,
  peer: Peer,
  stage: Snapshotting,
): void {
  if (!stage.moved && stage.phase !== 'reading') {
    stage.phase = 'offered';
    sendOffer(member, leader, peer, stage.snapshot);
  }
  stage.moved = false;
}

function sendOffer<Command>(
  member: Member<Command>,
  leader: Leader,
  peer: Peer,
  snapshot: Snapshotting['snapshot'],
): void {
  const { id, term } = member;
  const round = leader.rounds.latest;
  member.send({
    kind: 'snapshot-offer',
    from: id,
    to: peer.id,
    term,
    snapshot,
    metadataOnly: peer.witness,
    round,
  });
}

/** The peer says how much it has stored: the next chunk is fetched from the driver. */
export function receiveSnapshotResponse<Command>(
  member: Member<Command>,
  peer: Peer,
  message: SnapshotResponse,
): void {
  const { stage } = peer;
  if (stage.name !== 'snapshot' || stage.snapshot.id !== message.snapshotId) return;
  const { snapshot, phase } = stage;
  const { offset } = message;
  if (offset > snapshot.bytes)
    violated(`${peer.id} has ${offset} of the ${snapshot.bytes} bytes of ${snapshot.id}`);
  stage.moved = true;
  if (offset === snapshot.bytes) {
    stage.phase = 'installing';
    return;
  }
  // A late answer says what is known already; the chunk for it is being read, or on its way.
  if (phase === 'reading' || (phase === 'sent' && offset === stage.offset)) return;
  stage.phase = 'reading';
  stage.offset = offset;
  const bytesMax = Math.min(member.settings.chunkBytesMax, snapshot.bytes - offset);
  member.outbox.chunksWanted.push({ to: peer.id, snapshot, offset, bytesMax });
}

/** The driver has read a chunk. Ignored if it is not wanted any more. */
export function sendChunk<Command>(
  member: Member<Command>,
  leader: Leader,
  to: MemberId,
  snapshotId: string,
  offset: number,
  data: Uint8Array,
  checksum: number,
): void {
  const stage = leader.peers.get(to)?.stage;
  if (stage?.name !== 'snapshot' || stage.snapshot.id !== snapshotId) return;
  if (stage.phase !== 'reading' || stage.offset !== offset) return;
  if (data.length === 0 || offset + data.length > stage.snapshot.bytes) {
    violated(`chunk of ${data.length} bytes at ${offset} of a snapshot of ${stage.snapshot.bytes}`);
  }
  stage.phase = 'sent';
  stage.moved = true;
  const { id, term } = member;
  const { snapshot } = stage;
  const round = leader.rounds.latest;
  member.send({ kind: 'snapshot-chunk', from: id, to, term, snapshot, offset, data, checksum, round });
}

/** The driver cannot read it any more. Another attempt, with the latest one, waits for the peer's next answer. */
export function abandonSnapshot(leader: Leader, to: MemberId, snapshotId: string): void {
  const peer = leader.peers.get(to);
  if (peer?.stage.name === 'snapshot' && peer.stage.snapshot.id === snapshotId) {
    peer.probe(peer.match + 1, true);
  }
}
