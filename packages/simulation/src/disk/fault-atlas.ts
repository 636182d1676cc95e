import { assert, invalidArgument } from '@holdfast/core';

export interface FaultAtlasOptions {
  /** How many hosts may have lasting damage to the same data at the same time; as many as there are: no limit. */
  readonly damagedHostsMax: number;
  /**
   * Which data lie at `position` (of the first byte of a sector) of the file called `path`: the same text for the
   * copies that hosts keep of the same data. Default: all data of a host are one, which is right whatever the
   * layout, and for programs that refuse to start on damaged data.
   */
  readonly areaOf?: ((path: string, position: number) => string) | undefined;
}

/**
 * Where the disks of one cluster are damaged for good, so that the damage stays survivable.
 *
 * No replicated system survives the loss of all copies of what it has promised to keep: a simulator that rots the
 * same record everywhere makes every run fail, and all that it finds is that it did so. Disks ask here before they
 * do anything that lasts (bit rot, a misdirected write, the loss of what a flush has promised), and are refused
 * where too few good copies would be left. What then still goes wrong is a defect of the system under test. After
 * the ClusterFaultAtlas of TigerBeetle's simulator.
 *
 * Damage counts from the moment it is decided until the data are durably overwritten, cut off or removed. Torn and
 * lost writes that nobody was promised, and operations that fail with an error, are no lasting damage.
 */
export class FaultAtlas {
  readonly #areaOf: (path: string, position: number) => string;
  /** By area and host, how many of its sectors are damaged. */
  readonly #damaged = new Map<string, Map<string, number>>();
  readonly #wiped = new Set<string>();
  #damagedHostsMax: number;

  constructor({ damagedHostsMax, areaOf = () => '' }: FaultAtlasOptions) {
    this.#damagedHostsMax = checked(damagedHostsMax);
    this.#areaOf = areaOf;
  }

  /** Changes the limit; damage that is there stays. */
  setDamagedHostsMax(damagedHostsMax: number): void {
    this.#damagedHostsMax = checked(damagedHostsMax);
  }

  areaOf(path: string, position: number): string {
    return this.#areaOf(path, position);
  }

  /** Whether data of `area` on `host` may be damaged now. Ask for the area `undefined` whether a whole disk may. */
  permits(host: string, area: string | undefined): boolean {
    const areas = area === undefined ? [...this.#damaged.values()] : [this.#damaged.get(area)];
    if (areas.length === 0) areas.push(undefined);
    return areas.every((hosts) => this.#permits(host, hosts));
  }

  /** One more sector is damaged. */
  damage(host: string, area: string): void {
    assert(this.permits(host, area), 'a disk asks whether it may be damaged');
    const hosts = this.#damaged.get(area) ?? new Map<string, number>();
    this.#damaged.set(area, hosts);
    hosts.set(host, (hosts.get(host) ?? 0) + 1);
  }

  /** A sector that was damaged is whole again. */
  heal(host: string, area: string): void {
    const hosts = this.#damaged.get(area);
    const count = hosts?.get(host) ?? 0;
    if (count > 1) hosts?.set(host, count - 1);
    else hosts?.delete(host);
  }

  /** The disk of `host` is empty: a copy of everything is gone, until somebody says that it is {@link restored}. */
  wiped(host: string): void {
    for (const hosts of this.#damaged.values()) hosts.delete(host);
    this.#wiped.add(host);
  }

  /** `host` has a good copy again of everything that it lost by a wipe. */
  restored(host: string): void {
    this.#wiped.delete(host);
  }

  #permits(host: string, damaged: ReadonlyMap<string, number> | undefined): boolean {
    if (damaged?.has(host) || this.#wiped.has(host)) return true;
    let count = this.#wiped.size;
    for (const other of damaged?.keys() ?? []) if (!this.#wiped.has(other)) count++;
    return count < this.#damagedHostsMax;
  }
}

function checked(damagedHostsMax: number): number {
  if (Number.isSafeInteger(damagedHostsMax) && damagedHostsMax >= 0) return damagedHostsMax;
  throw invalidArgument('damagedHostsMax', damagedHostsMax, 'a whole number from 0');
}
