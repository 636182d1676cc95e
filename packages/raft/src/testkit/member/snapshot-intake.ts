import type { SnapshotMetadata } from '../../log/stored-state.ts';

/** The part of an arriving snapshot that is here, in memory: the disk has it too, but a restoration must not wait. */
export class SnapshotIntake {
  #snapshot: SnapshotMetadata | undefined = undefined;
  #data = new Uint8Array(0);
  #length = 0;

  /** The snapshot that is arriving. */
  get snapshot(): SnapshotMetadata | undefined {
    return this.#snapshot;
  }

  /** Goes on with what an earlier process received. */
  resume(snapshot: SnapshotMetadata, data: Uint8Array): void {
    this.#begin(snapshot);
    this.add(snapshot, 0, data);
  }

  /** Takes a part; false when it does not follow what is here. A part at 0 begins anew. */
  add(snapshot: SnapshotMetadata, offset: number, data: Uint8Array): boolean {
    if (offset === 0) this.#begin(snapshot);
    if (this.#snapshot?.id !== snapshot.id || offset !== this.#length) return false;
    if (offset + data.length > this.#data.length) return false;
    this.#data.set(data, offset);
    this.#length += data.length;
    return true;
  }

  /** What is here of the snapshot of this id. */
  peek(id: string): Uint8Array | undefined {
    return this.#snapshot?.id === id ? this.#data.subarray(0, this.#length) : undefined;
  }

  /** Hands out the snapshot of this id, and forgets it. */
  take(id: string): Uint8Array | undefined {
    const data = this.peek(id);
    this.drop();
    return data;
  }

  drop(): void {
    this.#snapshot = undefined;
    this.#data = new Uint8Array(0);
    this.#length = 0;
  }

  #begin(snapshot: SnapshotMetadata): void {
    this.#snapshot = snapshot;
    this.#data = new Uint8Array(snapshot.bytes);
    this.#length = 0;
  }
}
