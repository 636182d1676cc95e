/** A cluster as one of its members sees it. */
export interface ClusterReport {
  /** The cluster's id. */
  readonly name: string;
  readonly members: readonly MemberReport[];
  /** In the order of their ids, at most 100; none while nobody who is reached leads. */
  readonly leases: readonly LeaseReport[];
  readonly leasesOmitted: number;
  /** What is wrong, such as `NOSPACE`. */
  readonly alarms: readonly string[];
}

export interface MemberReport {
  readonly id: string;
  /** Empty until it has started once. */
  readonly name: string;
  /** `unreachable`: it did not answer; of its log is told what the leader knows. */
  readonly role: 'leader' | 'follower' | 'candidate' | 'learner' | 'unreachable';
  readonly term: number;
  readonly lastIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  /** Entries of those committed that it does not have yet. */
  readonly lag: number;
  /** Of its state. */
  readonly storedBytes: number;
  readonly clientUrls: readonly string[];
  /** Where clients with the native protocol reach it; none while it is unreachable. */
  readonly nativeUrls: readonly string[];
}

export interface LeaseReport {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** Milliseconds. */
  readonly ttl: number;
  /** Milliseconds left, in whole seconds. */
  readonly remaining: number;
  /** Keys that go with it. */
  readonly keys: number;
}
