import { contents, equal, equalBytes, fails, type JournalCase, records } from './journal-case.ts';

/** Appending, reading and compacting. */
export const recordCases: readonly JournalCase[] = [
  {
    name: 'begins empty, at position 0',
    async run({ open }) {
      const journal = await open();
      const { firstPosition, nextPosition, durablePosition, condition } = journal;
      equal([firstPosition, nextPosition, durablePosition, condition].join(' '), '0 0 0 open', 'the state');
      equal(await contents(journal), '', 'the records');
      equal(await journal.append([]), 0, 'an append of nothing');
      await journal.close();
    },
  },
  {
    name: 'gives each record its position, and reads from any of them on',
    async run({ open }) {
      const journal = await open();
      equal(await journal.append(records('a b')), 2, 'the position after the first append');
      equal(await journal.append(records('c')), 3, 'the position after the second');
      equal(await contents(journal), '0:a 1:b 2:c', 'all records');
      equal(await contents(journal, 1), '1:b 2:c', 'the records from 1 on');
      equal(await contents(journal, 3), '', 'the records from the end on');
      equal(await contents(journal, 1_000), '', 'the records from beyond the end on');
      await journal.close();
    },
  },
  {
    name: 'keeps records of all sizes, and all bytes',
    async run({ open }) {
      const journal = await open();
      const sizes = [0, 1, 27, 28, 31, 32, 33, 500, 511, 512, 513, 3_000];
      const written = sizes.map((size, index) =>
        Uint8Array.from({ length: size }, (_, at) => at * (index % 4)),
      );
      for (const record of written) await journal.append([record]);
      await journal.append(written);
      await journal.close();
      const again = await open();
      for await (const { position, bytes } of again.read(0)) {
        equalBytes(bytes, written[position % written.length]!, `record ${position}`);
      }
      equal(again.nextPosition, written.length * 2, 'the number of records');
      await again.close();
    },
  },
  {
    name: 'takes appends that overlap in the order of the calls',
    async run({ open }) {
      const journal = await open();
      const ends: number[] = [];
      const appends = Array.from({ length: 100 }, async (_, index) => {
        ends.push(await journal.append(records(`r${index} s${index}`)));
      });
      equal(journal.nextPosition, 200, 'the next position counts what is under way');
      await Promise.all(appends);
      equal(ends.join(' '), Array.from({ length: 100 }, (_, index) => 2 * index + 2).join(' '), 'the ends');
      const expected = Array.from(
        { length: 100 },
        (_, index) => `${2 * index}:r${index} ${2 * index + 1}:s${index}`,
      );
      equal(await contents(journal), expected.join(' '), 'the records');
      await journal.close();
    },
  },
  {
    name: 'appends at the position that the caller expects, or not at all',
    async run({ open }) {
      const journal = await open();
      await journal.append(records('a'), 0);
      await fails(journal.append(records('b'), 0), 'JOURNAL_MOVED', 'an append at a former position');
      await fails(journal.append(records('b'), 2), 'JOURNAL_MOVED', 'an append at a later position');
      const [first, second] = [journal.append(records('b'), 1), journal.append(records('c'), 2)];
      equal([await first, await second].join(' '), '2 3', 'appends that overlap');
      equal(await contents(journal), '0:a 1:b 2:c', 'the records');
      await journal.close();
    },
  },
  {
    name: 'shares flushes among appends that wait together',
    async run({ open }) {
      const journal = await open();
      await Promise.all(Array.from({ length: 64 }, () => journal.append(records('x'))));
      const { appendedRecords, flushes, pendingBytes } = journal.figures;
      equal(appendedRecords, 64, 'the records counted');
      equal(pendingBytes, 0, 'what is pending');
      equal(flushes <= 64, true, 'no more flushes than appends');
      await journal.close();
    },
  },
  {
    name: 'goes on where a former opening ended, in a later epoch',
    async run({ open }) {
      const first = await open();
      await first.append(records('a b'));
      await first.close();
      const second = await open();
      equal(second.epoch > first.epoch, true, 'the epoch is a later one');
      equal(await second.append(records('c'), 2), 3, 'the next append');
      await second.close();
      const third = await open();
      equal(third.epoch > second.epoch, true, 'and a later one again');
      equal(await contents(third), '0:a 1:b 2:c', 'the records');
      await third.close();
    },
  },
  {
    name: 'keeps through a crash what it has accepted',
    async run({ open, crash }) {
      const journal = await open();
      await journal.append(records('a b'));
      await journal.append(records('c'));
      await crash();
      const successor = await open();
      equal(await contents(successor), '0:a 1:b 2:c', 'the records');
      await successor.append(records('d'), 3);
      await crash();
      const next = await open();
      equal(await contents(next), '0:a 1:b 2:c 3:d', 'the records after another crash');
      await next.close();
    },
  },
  {
    name: 'fences a writer of an earlier epoch',
    async run({ open }) {
      const former = await open();
      await former.append(records('a'));
      const owner = await open();
      await fails(former.append(records('x')), 'JOURNAL_FENCED', 'an append of the former owner');
      await fails(former.append(records('y')), 'JOURNAL_FENCED', 'another one');
      equal(former.condition, 'failed', 'the condition of the former owner');
      await owner.append(records('b'), 1);
      await fails(former.append(records('z')), 'JOURNAL_FENCED', 'a third one');
      equal(await contents(owner), '0:a 1:b', 'the records');
      await former.close();
      await owner.append(records('c'), 2);
      await owner.close();
      const successor = await open();
      equal(await contents(successor), '0:a 1:b 2:c', 'the records as a successor finds them');
      await successor.close();
    },
  },
  {
    name: 'compacts no more than it is told to, and remembers it',
    async run({ open }) {
      const journal = await open();
      const word = 'w'.repeat(200);
      for (let index = 0; index < 60; index++) await journal.append(records(word));
      await journal.compact(0);
      equal(journal.firstPosition, 0, 'the first position after compacting nothing');
      await journal.compact(40);
      const { firstPosition } = journal;
      equal(firstPosition <= 40, true, 'the first position is not beyond what was asked for');
      equal((await contents(journal, 40)).split(' ').length, 20, 'what is kept');
      await fails(journal.compact(1_000), 'INVALID_ARGUMENT', 'compacting what is not there');
      if (firstPosition > 0) {
        await fails(contents(journal, firstPosition - 1), 'JOURNAL_COMPACTED', 'reading what is not kept');
      }
      await journal.append(records('last'), 60);
      await journal.close();
      const again = await open();
      equal(again.firstPosition >= firstPosition, true, 'the first position after another opening');
      equal(again.nextPosition, 61, 'the next position');
      equal((await contents(again, 60)).endsWith(':last'), true, 'the last record');
      await again.close();
    },
  },
  {
    name: 'can be compacted to its end',
    async run({ open, crash }) {
      const journal = await open();
      for (let index = 0; index < 40; index++) await journal.append(records('w'.repeat(200)));
      await journal.compact(40);
      await crash();
      const successor = await open();
      equal(successor.nextPosition, 40, 'the next position');
      await successor.append(records('x'), 40);
      equal(await contents(successor, 40), '40:x', 'the records');
      await successor.close();
    },
  },
  {
    name: 'reads on while records are appended and others compacted',
    async run({ open }) {
      const journal = await open();
      for (let index = 0; index < 20; index++) await journal.append(records(`${index}${'w'.repeat(200)}`));
      let next = 0;
      for await (const { position, bytes } of journal.read(0)) {
        equal(position, next++, 'the position');
        equal(new TextDecoder().decode(bytes), `${position}${'w'.repeat(200)}`, 'the record');
        if (position < 40) await journal.append(records(`${journal.nextPosition}${'w'.repeat(200)}`));
      }
      equal(next, 60, 'the number of records read, with those that came meanwhile');
      await journal.close();
    },
  },
  {
    name: 'takes nothing more once it is closed, and closes after what is under way',
    async run({ open }) {
      const journal = await open();
      const under = journal.append(records('a'));
      const closed = journal.close();
      await fails(journal.append(records('b')), 'JOURNAL_CLOSED', 'an append while closing');
      equal(await under, 1, 'the append under way');
      await closed;
      await journal.close();
      equal(journal.condition, 'closed', 'the condition');
      await fails(journal.append(records('b')), 'JOURNAL_CLOSED', 'an append');
      await fails(contents(journal, 0), 'JOURNAL_CLOSED', 'a read');
      await fails(journal.compact(0), 'JOURNAL_CLOSED', 'a compaction');
    },
  },
];
