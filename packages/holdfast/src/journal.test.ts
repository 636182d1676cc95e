import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournalFolder } from '@holdfast/storage/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outputOf } from '../test/output-of.ts';
import { main } from './cli.ts';

let folder: string;
const segmentBytes = 4_096;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-journal-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const journal = (...args: string[]) => outputOf((lines) => main(['journal', ...args], lines));

/** A journal of two epochs and two segments, with a complete and an unfinished snapshot; left open. */
async function opened() {
  const first = await openJournalFolder(folder, { segmentBytes });
  for (let index = 0; index < 5; index++) await first.journal.append([new Uint8Array(1_000).fill(1)]);
  await first.close();
  const second = await openJournalFolder(folder, { segmentBytes });
  await second.journal.append([new Uint8Array(10).fill(2)], 5);
  // The next segment is made in the background.
  while (second.journal.figures.segments < 3) await new Promise(setImmediate);
  const writer = await second.journal.snapshots.write('at-5', Uint8Array.of(1));
  await writer.write(new Uint8Array(100_000).fill(3));
  await writer.commit();
  await (await second.journal.snapshots.write('at-6', Uint8Array.of(1))).close();
  return second;
}

function change(file: string, at: number): void {
  const path = join(folder, 'journal', file);
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
}

describe('holdfast journal', () => {
  test('says what a journal holds that nobody owns, and changes nothing', async () => {
    await (await opened()).close();
    const before = readdirSync(join(folder, 'journal'));
    const { code, out, error } = await journal('inspect', folder);
    expect([code, error]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      'journal: epoch 2, records 0 to 5',
      '',
      'segment             bytes  used  frames  records  from  epochs  end',
      'segment-0000000001   4096  3232       3        3     0       1  whole',
      'segment-0000000002   4096  2240       3        3     3     1-2  whole',
      'segment-0000000003   4096    64       0        0     -       -  whole',
      '',
      'snapshot   bytes  state',
      'at-5      100000  complete',
      'at-6           0  unfinished',
      '',
      'sound: all records are what was written',
    ]);
    expect(readdirSync(join(folder, 'journal'))).toEqual(before);
    expect(readdirSync(folder)).toEqual(['journal']);
  });

  test('asks the owner of one that is open, while it goes on', async () => {
    const owner = await opened();
    const { code, out } = await journal('verify', folder, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ epoch: 2, firstPosition: 0, nextPosition: 6 });
    await owner.journal.append([new Uint8Array(10)], 6);
    const again = await journal('verify', join(folder, 'journal'));
    expect(again.out).toContain('records 0 to 6');
    expect(again.out).toContain('sound: all records and snapshots are what was written');
    await owner.close();
  });

  test('names the first damage of the records', async () => {
    await (await opened()).close();
    change('segment-0000000001', 1_500);
    const { code, out } = await journal('inspect', folder);
    expect(code).toBe(1);
    expect(out.split('\n').at(-1)).toBe(
      'DAMAGED: segment-0000000001 at byte 1120, position 1: a frame is damaged, and something follows it',
    );
    const json = JSON.parse((await journal('inspect', folder, '--json')).out);
    expect(json.damage).toMatchObject({ file: 'segment-0000000001', offset: 1_120, position: 1 });
  });

  test('finds a damaged snapshot only when it verifies', async () => {
    await (await opened()).close();
    change('snapshot-at-5', 90_000);
    expect((await journal('inspect', folder)).code).toBe(0);
    const { code, out } = await journal('verify', folder);
    expect(code).toBe(1);
    expect(out).toContain('DAMAGED: snapshot at-5');
    expect(out).toMatch(/at-5 .*damaged at byte 65532/);
  });

  test('finds a journal that has lost its superblock', async () => {
    await (await opened()).close();
    rmSync(join(folder, 'journal', 'superblock'));
    const { code, out } = await journal('verify', folder);
    expect(code).toBe(1);
    expect(out).toContain('DAMAGED: superblock at byte 0, position 0: it is gone, and there are segments');
  });

  test('is told what to do, or says so', async () => {
    expect(await journal('mend', folder)).toMatchObject({ code: 2 });
    expect(await journal('inspect', folder, '--jsno')).toMatchObject({ code: 2 });
    const { code, error } = await journal('inspect', join(folder, 'none'));
    expect([code, error]).toEqual([2, `holdfast: there is no journal in ${join(folder, 'none')}`]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
