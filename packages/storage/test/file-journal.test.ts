// Goal: what the file engine does beyond the contract: which flushes it makes, and how it behaves when its disk is full,
// broken or damaged. Method: one journal on a simulated disk, step by step.
import { isHoldfastError } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { JournalUnderTest } from './journal-under-test.ts';

const segment = 'segment-0000000001';

describe('flushes', () => {
  test('appends that wait together share one write and one flush, and there is one at a time', async () => {
    const under = new JournalUnderTest();
    await under.open({ exclusive: true });
    await under.wait();
    under.changes.length = 0;
    await under.under.settled(Promise.all(Array.from({ length: 20 }, () => under.append('a', 'b'))));
    expect(under.changes).toEqual(['write', 'sync']);
    under.changes.length = 0;
    const first = under.append('c');
    await under.under.world.advance('60us');
    const later = [under.append('d'), under.append('e'), under.append('f')];
    expect(await under.under.settled(Promise.all([first, ...later]))).toEqual([41, 42, 43, 44]);
    expect(under.changes).toEqual(['write', 'sync', 'write', 'sync']);
    expect(under.flushesAtOnce).toBe(1);
    expect(under.journal.figures).toMatchObject({ appendedRecords: 44, flushes: 3, pendingBytes: 0 });
  });

  test('what is woken by a flush comes along with the next one', async () => {
    const under = new JournalUnderTest();
    await under.open();
    const writer = async (): Promise<void> => {
      for (let round = 0; round < 5; round++) await under.append('x');
    };
    await under.under.settled(Promise.all(Array.from({ length: 10 }, writer)));
    expect(under.journal.figures).toMatchObject({ appendedRecords: 50, flushes: 5 });
  });

  test('an owner without rivals does not look for any', async () => {
    const under = new JournalUnderTest();
    await under.open({ exclusive: true });
    const rival = await under.under.settled(new JournalUnderTest().open());
    expect(rival.epoch).toBe(1);
    expect(await under.outcome(under.append('a'))).toBe(1);
  });
});

describe('bounds', () => {
  test('more than may wait is refused, and what waits is not harmed', async () => {
    const under = new JournalUnderTest();
    await under.open({ pendingBytesMax: 100 });
    const appends = [
      under.append('x'.repeat(40)),
      under.append('y'.repeat(40)),
      under.append('z'.repeat(40)),
    ];
    const outcomes = await Promise.all(appends.map((append) => under.outcome(append)));
    expect(outcomes).toEqual([1, 2, 'JOURNAL_BUSY']);
    expect(await under.outcome(under.append('w'))).toBe(3);
  });

  test('an append has to fit in a segment', async () => {
    const under = new JournalUnderTest();
    await under.open();
    expect(await under.outcome(under.append('x'.repeat(4_000)))).toBe('INVALID_ARGUMENT');
    expect(await under.outcome(under.append('x'.repeat(3_900)))).toBe(1);
    expect(await under.outcome(under.append('x'.repeat(3_900), 'y'))).toBe(3);
    expect((await under.texts()).map((text) => text.length)).toEqual([3_900, 3_900, 1]);
  });

  test.each([
    [{ segmentBytes: 1_000 }, 'segmentBytes'],
    [{ segmentBytes: 2 ** 31 }, 'segmentBytes'],
    [{ pendingBytesMax: 0 }, 'pendingBytesMax'],
    [{ directory: '' }, 'directory'],
    [{ fullInterval: 0 }, 'fullInterval'],
  ])('%j is no option', async (options, field) => {
    const opening = new JournalUnderTest().open(options);
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', context: { field } });
  });

  test('compaction uses files again, so that their number has a bound', async () => {
    const under = new JournalUnderTest();
    const journal = await under.open();
    for (let round = 0; round < 30; round++) {
      await under.outcome(under.append('x'.repeat(3_000)));
      await under.outcome(journal.compact(journal.durablePosition));
      expect(journal.figures.segments).toBeLessThanOrEqual(3);
    }
    await under.wait();
    const names = await under.under.settled(under.under.disk.list('journal'));
    expect(names.length).toBeLessThanOrEqual(5);
    expect(await under.outcome(journal.close())).toBeUndefined();
  });

  test('segments may have another size from one opening to the next', async () => {
    const under = new JournalUnderTest();
    const expected: string[] = [];
    for (const segmentBytes of [4_096, 8_192, 2_048, 16_384]) {
      const journal = await under.open({ segmentBytes });
      expect((await under.texts()).join()).toBe(expected.slice(journal.firstPosition).join());
      for (let index = 0; index < 12; index++) {
        expected.push(`${segmentBytes}-${index}`.repeat(150));
        await under.outcome(under.append(expected.at(-1)!));
      }
      await under.outcome(journal.compact(journal.durablePosition - 3));
      under.under.restart();
    }
    const journal = await under.open();
    expect(await under.texts()).toEqual(expected.slice(journal.firstPosition));
  });

  test('a read that is under way keeps the segment that it is in', async () => {
    const under = new JournalUnderTest();
    const journal = await under.open();
    for (let index = 0; index < 6; index++) await under.outcome(under.append(`${index}`.repeat(1_500)));
    const reading = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { bytes } of journal.read(0)) {
        found.push(new TextDecoder().decode(bytes.subarray(0, 1)));
        if (found.length === 1) await journal.compact(6);
      }
      return found;
    };
    expect(await under.outcome(reading())).toBe('JOURNAL_COMPACTED');
    const rest = await under.texts();
    expect(rest.length).toBeLessThan(3);
  });
});

describe('a full disk', () => {
  test('refuses what waits and what comes, takes nothing of it, and goes on by itself', async () => {
    const under = new JournalUnderTest();
    const journal = await under.open();
    await under.outcome(under.append('a'));
    const free = under.under.model.fill();
    const appends = [under.append('b', 'c'), under.append('d')];
    expect(await Promise.all(appends.map((append) => under.outcome(append)))).toEqual([
      'JOURNAL_FULL',
      'JOURNAL_FULL',
    ]);
    expect([journal.condition, journal.nextPosition, journal.durablePosition]).toEqual(['read-only', 1, 1]);
    expect(await under.outcome(under.append('e'))).toBe('JOURNAL_FULL');
    expect(await under.texts()).toEqual(['a']);
    await under.wait();
    expect(journal.condition).toBe('read-only');
    free();
    await under.wait();
    expect(journal.condition).toBe('open');
    expect(await under.outcome(under.append('f'))).toBe(2);
    under.under.restart();
    await under.open();
    expect(await under.texts()).toEqual(['a', 'f']);
  });

  test('is noticed when a segment is needed, not before', async () => {
    const under = new JournalUnderTest();
    const journal = await under.open();
    await under.wait();
    for (let index = 0; index < 2; index++) await under.outcome(under.append('x'.repeat(3_000)));
    const free = under.under.model.fill();
    expect(await under.outcome(under.append('y'.repeat(3_000)))).toBe('JOURNAL_FULL');
    free();
    await under.wait();
    expect(await under.outcome(under.append('z'.repeat(3_000)))).toBe(3);
    expect(journal.figures.segments).toBeGreaterThanOrEqual(3);
  });

  test('has no room for a new journal, and says so', async () => {
    const under = new JournalUnderTest();
    const free = under.under.model.fill();
    await expect(under.open()).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    free();
    await under.open();
    expect(await under.outcome(under.append('a'))).toBe(1);
  });
});

describe('a failed flush', () => {
  test('ends the journal for good, though the disk is well again', async () => {
    const under = new JournalUnderTest();
    const journal = await under.open();
    await under.wait();
    await under.outcome(under.append('a'));
    const over = under.under.model.trouble({ failedFlushes: 1 });
    const appends = [under.append('b'), under.append('c')];
    expect(await Promise.all(appends.map((append) => under.outcome(append)))).toEqual([
      'JOURNAL_FAILED',
      'JOURNAL_FAILED',
    ]);
    over();
    under.changes.length = 0;
    expect(await under.outcome(under.append('d'))).toBe('JOURNAL_FAILED');
    expect(await under.outcome(journal.compact(1))).toBe('JOURNAL_FAILED');
    await under.wait();
    expect(under.changes).toEqual([]);
    expect([journal.condition, journal.nextPosition]).toEqual(['failed', 1]);
    expect(await under.texts()).toEqual(['a']);
    await under.outcome(journal.close());
    const again = await under.open();
    expect(again.durablePosition).toBeGreaterThanOrEqual(1);
  });
});

describe('damage', () => {
  async function written(): Promise<JournalUnderTest> {
    const under = new JournalUnderTest();
    const journal = await under.open();
    for (let index = 0; index < 5; index++) await under.outcome(under.append(`${index}`.repeat(1_000)));
    await under.outcome(journal.close());
    return under;
  }

  test('in the middle is named by segment, byte and position', async () => {
    const under = await written();
    await under.overwrite(segment, 1_500, Uint8Array.of(1, 2, 3));
    const error = await under.open().catch((error: unknown) => error);
    expect(isHoldfastError(error) && [error.code, error.message]).toEqual([
      'JOURNAL_DAMAGED',
      `journal/${segment} is damaged at byte 1120, position 1: a frame is damaged, and something follows it`,
    ]);
  });

  test('that comes while the journal is open is found by the next read', async () => {
    const under = await written();
    await under.open();
    await under.overwrite(segment, 1_500, Uint8Array.of(1));
    await expect(under.texts()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED', context: { position: 1 } });
    expect(await under.texts(4)).toEqual(['4'.repeat(1_000)]);
  });

  test('of a file of another journal is seen', async () => {
    const [one, other] = [await written(), await written()];
    await other.overwrite(segment, 0, (await one.bytesOf(segment)).slice());
    const under = new JournalUnderTest();
    const journal = await under.open();
    await under.outcome(journal.close());
    const foreign = (await one.bytesOf(segment)).slice();
    foreign[12]! ^= 1;
    await under.overwrite(segment, 0, foreign);
    await expect(under.open()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
  });

  test.for([1, 2, 3])('of the slot that says the latest epoch, the %i., takes nothing', async (openings) => {
    const under = await written();
    for (let more = openings; more > 1; more--) await under.outcome((await under.open()).close());
    await under.overwrite('superblock', openings % 2 === 1 ? 20 : 4_116, Uint8Array.of(0xff));
    const journal = await under.open();
    expect(journal.epoch).toBeGreaterThan(openings);
    expect(await under.texts()).toEqual(['0', '1', '2', '3', '4'].map((digit) => digit.repeat(1_000)));
    expect(await under.outcome(under.append('5'))).toBe(6);
  });

  test('of a snapshot keeps it from being read, and nothing else', async () => {
    const under = new JournalUnderTest();
    const journal = await under.open();
    const writing = async (): Promise<void> => {
      const writer = await journal.snapshots.write('s', new Uint8Array(0));
      await writer.write(new Uint8Array(200_000).fill(1));
      await writer.commit();
    };
    await under.outcome(writing());
    await under.overwrite('snapshot-s', 100_000, Uint8Array.of(7));
    const reader = await under.under.settled(journal.snapshots.open('s'));
    expect(await under.outcome(reader.read(65_532, 10))).toBe('SNAPSHOT_DAMAGED');
    expect(await under.outcome(reader.read(0, 65_532))).toHaveLength(65_532);
    await under.outcome(journal.close());
    await under.overwrite('snapshot-s', 8_200, Uint8Array.of(7));
    const again = await under.open();
    expect(again.snapshots.list()).toEqual([]);
    expect(await under.outcome(again.snapshots.open('s'))).toBe('SNAPSHOT_DAMAGED');
    await under.outcome(again.snapshots.remove('s'));
    expect(await under.outcome(again.snapshots.open('s'))).toBe('SNAPSHOT_NOT_FOUND');
  });
});
