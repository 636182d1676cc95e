/** A lease as it is replicated. */
export interface Lease {
  readonly id: bigint;
  /** Seconds it lives without being renewed. */
  readonly ttl: number;
  /** Seconds that it had left when last noted; 0 when all of them. */
  readonly remaining: number;
}

/** The leases as commands have made them. How long each has yet is the leader's to count: see `LeaseClock`. */
export interface LeaseDirectory {
  readonly count: number;
  get(id: bigint): Lease | undefined;
  /** In the order of their ids. Nothing may be applied while they are walked along. */
  all(): Iterable<Lease>;
  /** Copies of the keys that go with a lease, in their order. */
  keysOf(id: bigint): Uint8Array[];
  /** How many there are. */
  keyCountOf(id: bigint): number;
  /** Tells of changes as they are applied; the function ends that. */
  listen(listener: LeaseListener): () => void;
}

export interface LeaseListener {
  granted(lease: Lease): void;
  revoked(id: bigint): void;
  checkpointed(lease: Lease): void;
  /** A snapshot has taken the place of all leases. */
  replaced(): void;
}
