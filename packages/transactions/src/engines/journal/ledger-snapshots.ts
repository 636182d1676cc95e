import type { SnapshotReader } from '@holdfast/storage';
import { ByteReader } from '../byte-reader.ts';
import type { KeyClaim } from '../key-lines.ts';
import type { RunTable } from '../run-table.ts';
import type { TableRun } from '../table-run.ts';
import { isRun, readRun, readSnapshotEnd, readSnapshotHead, type SnapshotHead } from './snapshot-format.ts';
import { UniqueTexts } from './unique-texts.ts';

const idPrefix = 'ledger-';

/** The id of the snapshot that stands for the journal before `position`. */
export function snapshotId(position: number): string {
  return `${idPrefix}${position}`;
}

export function isLedgerSnapshot(id: string): boolean {
  return id.startsWith(idPrefix);
}

/** Puts a snapshot into an empty table. Its head as `readSnapshotHead` gives it. @throws RangeError when it is damaged. */
export async function readSnapshot(
  snapshot: SnapshotReader,
  table: RunTable,
): Promise<SnapshotHead | 'foreign' | number> {
  let head: SnapshotHead | undefined;
  const runs: TableRun[] = [];
  const claims: KeyClaim[] = [];
  const types = new UniqueTexts();
  const { size } = snapshot.info;
  let rest: Uint8Array = new Uint8Array(0);
  for (let offset = 0; offset < size; offset += windowBytes) {
    const window = joined(rest, await snapshot.read(offset, windowBytes));
    const reader = new ByteReader(window);
    for (let block = reader.wholeBlock(); block !== undefined; block = reader.wholeBlock()) {
      if (head === undefined) {
        const found = readSnapshotHead(new ByteReader(block));
        if (typeof found !== 'object') return found;
        head = found;
      } else if (isRun(block)) {
        const read = readRun(new ByteReader(block), types);
        runs.push(read.run);
        claims.push(...read.claims);
      } else {
        if (readSnapshotEnd(new ByteReader(block)) !== runs.length) throw new RangeError('runs are missing');
        table.restore(head, runs, claims);
        return head;
      }
    }
    rest = reader.rest();
  }
  throw new RangeError('its end is missing');
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

const windowBytes = 1_048_576;
