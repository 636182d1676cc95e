// A process that owns the journal in the folder of its first argument, and appends to it until somebody ends it. It says
// in lines what it has been promised: `open <next position>`, `accepted <next position>`, `refused <code>`, `snapshot <id>`.
import { writeSync } from 'node:fs';
import { isHoldfastError } from '@holdfast/core';
import type { Journal } from '../../src/index.ts';
import { openJournalFolder } from '../../src/node/index.ts';
import { recordAt } from './record-at.ts';

/** Whole lines at once, so that none is cut when the process is killed; a reader that is behind is waited for. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

const { journal } = await openJournalFolder(process.argv[2]!, { segmentBytes: 65_536, fullInterval: '20ms' });
say(`open ${journal.nextPosition}`);

async function appendForEver(): Promise<void> {
  for (;;) {
    const position = journal.nextPosition;
    try {
      say(`accepted ${await journal.append([recordAt(position), recordAt(position + 1)], position)}`);
    } catch (error) {
      const code = isHoldfastError(error) ? error.code : String(error);
      say(`refused ${code}`);
      if (code !== 'JOURNAL_FULL') return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function compactForEver(journal: Journal): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (journal.condition !== 'open') continue;
    const position = journal.durablePosition;
    const id = `at-${position}`;
    const writer = await journal.snapshots.write(id, new Uint8Array(0));
    await writer.write(new Uint8Array(10_000).fill(position));
    await writer.commit();
    say(`snapshot ${id}`);
    for (const older of journal.snapshots.list().slice(0, -1)) await journal.snapshots.remove(older.id);
    await journal.compact(Math.max(0, position - 100));
  }
}

if (process.argv[3] === 'compact') compactForEver(journal).catch(() => {});
await Promise.all(Array.from({ length: 8 }, appendForEver));
