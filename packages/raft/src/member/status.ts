import type { Configuration } from '../membership/configuration.ts';
import type { MemberId } from '../membership/member-id.ts';
import type { ReplicationStage } from '../peers/progress.ts';
import type { Member } from './member.ts';
import type { RoleName } from './roles.ts';

/** How a member stands, for people and dashboards. */
export interface RaftStatus {
  readonly id: MemberId;
  readonly role: RoleName;
  readonly term: number;
  readonly leader: MemberId | undefined;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly lastIndex: number;
  readonly configuration: Configuration;
  /** To whom leadership is being handed over. */
  readonly transferringTo: MemberId | undefined;
  /** What a leader knows of the others; empty for other roles. */
  readonly peers: readonly PeerStatus[];
}

export interface PeerStatus {
  readonly id: MemberId;
  readonly stage: ReplicationStage['name'];
  /** Up to here its log is known to be the leader's. */
  readonly match: number;
  readonly next: number;
  /** When it was last heard of, by the leader's clock. */
  readonly heardAt: number;
}

export function statusOf<Command>(member: Member<Command>): RaftStatus {
  const { id, role, term, leader, log, applying, membership } = member;
  return {
    id,
    role: role.name,
    term,
    leader,
    commitIndex: log.commit,
    appliedIndex: applying.applied,
    lastIndex: log.lastIndex,
    configuration: membership.configuration,
    transferringTo: role.name === 'leader' ? role.transfer?.to : undefined,
    peers:
      role.name === 'leader'
        ? Array.from(role.peers.values(), (peer) => ({
            id: peer.id,
            stage: peer.stage.name,
            match: peer.match,
            next: peer.next,
            heardAt: peer.heardAt,
          }))
        : [],
  };
}
