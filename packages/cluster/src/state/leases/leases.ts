import { etcdRefusals } from '../../etcd/etcd-errors.ts';
import type { LeaseAttachments } from '../keys/key-space.ts';
import { SharedMap } from '../memory/shared-map.ts';
import type { EtcdRefusal } from '../state-machine.ts';
import type { Lease, LeaseListener } from './lease-directory.ts';

/** Seconds; etcd's. */
const leaseTtlMax = 9_000_000_000;

const noKeys: ReadonlySet<number> = new Set();

/** The leases, and which keys go with each. Who counts their time is not their concern: see `LeaseClock`. */
export class Leases implements LeaseAttachments {
  private readonly leases: SharedMap<bigint, Lease> = new SharedMap();
  /** The addresses of keys. Follows from the keys' versions, so that no snapshot needs it. */
  private readonly keys: Map<bigint, Set<number>> = new Map();
  private readonly listeners: ReadonlySet<LeaseListener>;

  constructor(listeners: ReadonlySet<LeaseListener> = new Set()) {
    this.listeners = listeners;
  }

  get count(): number {
    return this.leases.size;
  }

  has(id: bigint): boolean {
    return this.leases.get(id) !== undefined;
  }

  get(id: bigint): Lease | undefined {
    return this.leases.get(id);
  }

  /** In the order of their ids. */
  all(): Iterable<Lease> {
    return this.leases.values();
  }

  /** The same, as they are now, whatever becomes of them. */
  freeze(): Iterable<Lease> {
    return this.leases.freeze();
  }

  keysOf(id: bigint): ReadonlySet<number> {
    return this.keys.get(id) ?? noKeys;
  }

  grant(id: bigint, ttl: number): EtcdRefusal | undefined {
    if (id === 0n) return etcdRefusals.leaseNotFound;
    if (ttl > leaseTtlMax) return etcdRefusals.leaseTtlTooLarge;
    if (this.has(id)) return etcdRefusals.leaseExist;
    const lease = { id, ttl, remaining: 0 };
    this.add(lease);
    for (const listener of this.listeners) listener.granted(lease);
    return undefined;
  }

  /** Puts a lease there as a snapshot has it, and tells nobody. */
  add(lease: Lease): void {
    this.leases.set(lease.id, lease);
  }

  /** Removes a lease whose keys have been deleted. */
  remove(id: bigint): void {
    this.leases.delete(id);
    this.keys.delete(id);
    for (const listener of this.listeners) listener.revoked(id);
  }

  checkpoint(id: bigint, remaining: number): void {
    const lease = this.leases.get(id);
    if (lease === undefined) return;
    const written = { id, ttl: lease.ttl, remaining };
    this.leases.set(id, written);
    for (const listener of this.listeners) listener.checkpointed(written);
  }

  attach(id: bigint, key: number): void {
    const keys = this.keys.get(id);
    if (keys === undefined) this.keys.set(id, new Set([key]));
    else keys.add(key);
  }

  detach(id: bigint, key: number): void {
    const keys = this.keys.get(id);
    if (keys === undefined) return;
    keys.delete(key);
    if (keys.size === 0) this.keys.delete(id);
  }
}
