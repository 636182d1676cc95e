import { ByteWriter } from '../byte-writer.ts';
import { writeHead } from './change-format.ts';
import type { PendingChange } from './pending-change.ts';

/** Changes that become one record of the journal. Used again for later ones. */
export class ChangeBatch {
  changes: PendingChange[] = [];
  /** Milliseconds: when it was begun, and the time of all its changes. */
  wall = 0;
  readonly #writer: ByteWriter = new ByteWriter();

  get bytes(): Uint8Array {
    return this.#writer.bytes;
  }

  get length(): number {
    return this.#writer.length;
  }

  begin(wall: number): void {
    this.changes = [];
    this.wall = wall;
    this.#writer.clear();
    writeHead(this.#writer, wall);
  }

  /** False when it would be longer than `lengthMax` bytes then; it stays as it was. */
  add(change: PendingChange, lengthMax: number): boolean {
    const before = this.#writer.length;
    change.write(this.#writer);
    if (this.#writer.length > lengthMax) {
      this.#writer.length = before;
      return false;
    }
    this.changes.push(change);
    return true;
  }
}
