// Goal: a journal that is not what was written is refused, or holds all that was accepted; it never holds anything else.
// Method: a journal of a few kilobytes, as a crash leaves it, is cut at every byte and flipped at every bit; and of the
// frame under way every choice of sectors is missing.
import { isHoldfastError, ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { type Journal, openJournal } from '../../src/index.ts';
import { MemoryDisk } from '../memory-disk.ts';

const segmentBytes = 1_536;
const directory = 'journal';

/** The record that has `position`. Every ninth is zeros, over a whole sector. */
function recordAt(position: number): Uint8Array {
  if (position % 9 === 8) return new Uint8Array(1_100);
  return new Uint8Array((position % 9) * 12).fill(position + 1);
}

function open(disk: MemoryDisk): Promise<Journal> {
  return openJournal({ disk, directory, world: new ManualWorld(), segmentBytes });
}

/** A journal that was compacted, has records in several segments, and was never closed. */
async function written(): Promise<{ files: ReadonlyMap<string, Uint8Array>; first: number; next: number }> {
  const disk = new MemoryDisk();
  const journal = await open(disk);
  for (let position = 0; position < 22; position++) await journal.append([recordAt(position)]);
  await journal.compact(11);
  await journal.append([recordAt(22), recordAt(23)]);
  await settled();
  return { files: new Map(disk.files), first: journal.firstPosition, next: journal.nextPosition };
}

/** What is done in the background on this disk ends at once. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await undefined;
}

/** What the journal holds, from its first position to its next one; or the code of the error with which it is refused. */
async function outcome(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  try {
    const journal = await open(new MemoryDisk(files));
    let next = journal.firstPosition;
    for await (const { position, bytes } of journal.read(next)) {
      if (position !== next++ || Buffer.compare(bytes, recordAt(position)) !== 0) return 'invented';
    }
    return `${journal.firstPosition} to ${next}`;
  } catch (error) {
    return isHoldfastError(error) ? error.code : String(error);
  }
}

const { files, first, next } = await written();
const whole = `${first} to ${next}`;
const paths = [...files.keys()];

function changed(path: string, bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  return new Map(files).set(path, bytes);
}

test('the journal is one of several segments, whose first one is not the first of all', async () => {
  expect(first).toBeGreaterThan(0);
  expect(paths.filter((path) => path.includes('segment-')).length).toBeGreaterThanOrEqual(4);
  expect(await outcome(files)).toBe(whole);
});

test('without one of its files it is refused, unless nothing was in it', async () => {
  const outcomes: Record<string, string> = {};
  for (const path of paths) {
    const others = new Map(files);
    others.delete(path);
    outcomes[path.slice(directory.length + 1)] = await outcome(others);
  }
  const names = Object.keys(outcomes);
  const unused = names.filter((name) => outcomes[name] === whole);
  expect(unused).toEqual([
    names.filter((name) => name.startsWith('segment-')).at(-1),
    ...(names.includes('spare') ? ['spare'] : []),
  ]);
  for (const name of names) if (!unused.includes(name)) expect(outcomes[name]).toBe('JOURNAL_DAMAGED');
});

describe.each(paths)('%s', (path) => {
  const bytes = files.get(path)!;
  // What is never read is zeros, and much of it: a sample of its bytes is enough.
  const idle = (at: number): boolean =>
    bytes.subarray(at - (at % 64), at - (at % 64) + 64).every((byte) => byte === 0);
  const places = [...bytes.keys()].filter((at) => !idle(at) || at % 37 === 0);

  test('cut at every byte', async () => {
    const found = new Set<string>();
    for (const length of places) found.add(await outcome(changed(path, bytes.subarray(0, length))));
    for (const each of found) expect([whole, 'JOURNAL_DAMAGED']).toContain(each);
  });

  test('flipped at every bit', async () => {
    const found = new Set<string>();
    for (const at of places) {
      for (let bit = 0; bit < (idle(at) ? 1 : 8); bit++) {
        const flipped = bytes.slice();
        flipped[at]! ^= 1 << bit;
        found.add(await outcome(changed(path, flipped)));
      }
    }
    for (const each of found) expect([whole, 'JOURNAL_DAMAGED']).toContain(each);
  });
});

/** The journal with another frame behind the others, and where that frame is. */
async function withFrame(
  record: Uint8Array,
): Promise<{ path: string; before: Uint8Array; after: Uint8Array }> {
  const disk = new MemoryDisk(files);
  const journal = await open(disk);
  await settled();
  const before = new Map(disk.files);
  await journal.append([record]);
  const path = [...disk.files.keys()].findLast((each) => {
    const [one, other] = [before.get(each), disk.files.get(each)];
    return each.includes('segment-') && one !== undefined && Buffer.compare(one, other!) !== 0;
  });
  return { path: path!, before: before.get(path!)!, after: disk.files.get(path!)! };
}

const sector = 512;

test.each([
  ['of numbers', Uint8Array.from({ length: 1_300 }, (_, index) => index)],
  ['of zeros', new Uint8Array(1_300)],
  ['with zeros within', new Uint8Array(1_300).fill(1, 0, 300).fill(2, 1_200)],
])(
  'a frame %s is cut off whatever sectors of it are missing, and refused when it is damaged besides',
  async (_, record) => {
    const { path, before, after } = await withFrame(record);
    const sectors: number[] = [];
    for (let at = 0; at < after.length; at += sector) {
      if (Buffer.compare(before.subarray(at, at + sector), after.subarray(at, at + sector)) !== 0)
        sectors.push(at);
    }
    expect(sectors.length).toBeGreaterThanOrEqual(2);
    for (let lost = 1; lost < 2 ** sectors.length; lost++) {
      const torn = after.slice();
      for (const [index, at] of sectors.entries()) {
        if (lost & (1 << index)) torn.set(before.subarray(at, at + sector), at);
      }
      expect(await outcome(changed(path, torn))).toBe(whole);
    }
    // One bit is not a sector: nothing is torn there.
    for (const at of sectors) {
      const flipped = after.slice();
      const hit = after.findIndex((byte, index) => index >= at && byte !== before[index]);
      flipped[hit]! ^= 0x10;
      expect(await outcome(changed(path, flipped))).toBe('JOURNAL_DAMAGED');
    }
  },
);
