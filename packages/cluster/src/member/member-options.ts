import type { Address, Duration, HostWorld } from '@holdfast/core';
import type { StateMachine } from '../state/state-machine.ts';

export interface MemberOptions {
  /**
   * Its network carries the links to peers, and nothing else: give it one that speaks TLS to have them encrypted. Its
   * disk holds journal and snapshots. Who owns the folder for as long as the member runs is the caller's concern.
   */
  readonly world: HostWorld;
  /** As people call it, and as `initialCluster` does. */
  readonly name: string;
  /** The replicated state, empty. The services read from the same. */
  readonly state: StateMachine;
  /** The folder on the disk that is the member's own. Default `member`. */
  readonly directory?: string;
  /**
   * Whether the caller sees to it that nobody else opens that folder while the member runs, as `ownFolder` does: then the
   * member does not look for others at each flush. Default false.
   */
  readonly ownsFolder?: boolean;
  /** Where it listens for peers. Default: the port of the first of its own peer URLs. */
  readonly listenPeers?: Address;
  /** By which the other members reach it, such as `http://127.0.0.1:2380`. Default: what `initialCluster` says of `name`. */
  readonly peerUrls?: readonly string[];
  /**
   * Where the network shows the certificates of peers, they have to bear this alternative name, all the same. Default: each
   * the host of one of its own peer URLs, so that no member can pose as another one.
   */
  readonly peerCertificateName?: string | undefined;
  /** Where clients reach it: told to whoever asks for the members. Default none. */
  readonly clientUrls?: readonly string[];
  /**
   * Where clients with the native protocol reach it: told to whoever inspects the cluster, and not to clients of etcd, which
   * would call there. Default none.
   */
  readonly nativeUrls?: readonly string[];
  /** The peer URLs of each member by its name. Default: this member alone. */
  readonly initialCluster?: ReadonlyMap<string, readonly string[]>;
  /**
   * `new`: a folder that is empty becomes a first member of a new cluster. `existing`: it joins the cluster of the other
   * members in `initialCluster`, to which it has been added. A folder that is not empty knows who it is. Default `new`.
   */
  readonly initialClusterState?: 'new' | 'existing';
  /** Sets clusters apart that have the same peer URLs. Default `etcd-cluster`. */
  readonly initialClusterToken?: string;
  /** Without a leader's word for so long, and up to twice as long, a member campaigns. The same on all. Default 1 s. */
  readonly electionTimeout?: Duration;
  /** Default a tenth of the election timeout. */
  readonly heartbeatInterval?: Duration;
  /** For requests that come without one. Default 5 s and two election timeouts. */
  readonly requestTimeout?: Duration;
  /**
   * `confirm`: a majority confirms the leader for each batch of reads. `lease`: a leader that a majority has confirmed
   * lately answers by itself, which relies on clocks that run at about the same speed. Default `confirm`.
   */
  readonly reads?: 'confirm' | 'lease';
  /**
   * How often the leader notes in the log what long leases have left: so much of their time at most begins anew with another
   * leader. The same on all. Default 5 min.
   */
  readonly leaseCheckpointInterval?: Duration;
  /** Whether changes of the membership are refused that would leave too few members that are up. Default true. */
  readonly strictReconfigCheck?: boolean;
  /** Bytes of one file of the log; 2 KiB at least. The same on all members. Default 64 MiB. */
  readonly segmentBytes?: number;
  readonly snapshots?: SnapshotPolicy;
  readonly limits?: MemberLimits;
}

/** When a snapshot is taken, so that the log can be cut. */
export interface SnapshotPolicy {
  /** Bytes of log since the last one; if half of the state is more, that counts. Default 64 MiB. */
  readonly logBytes?: number;
  /** Entries since the last one. Default 1,000,000. */
  readonly logEntries?: number;
  /** Entries before a snapshot that stay, in memory too, for members that are a little behind. Default 10,000. */
  readonly tailEntries?: number;
  /** Bytes of them at most. Default 16 MiB. */
  readonly tailBytes?: number;
}

export interface MemberLimits {
  /** Proposals of this member that are not decided yet; further ones are refused. Default 20,000. */
  readonly proposals?: number;
  /** Bytes of them. Default 64 MiB. */
  readonly proposalBytes?: number;
  /** Bytes of one command: half of `segmentBytes` at most. Default as much, or 8 MiB if that is less. */
  readonly commandBytes?: number;
  /** Reads that wait to be confirmed; further ones are refused. Default 20,000. */
  readonly reads?: number;
}
