import { assert } from '@holdfast/core';
import { bytesOf, equal, failsWith, textOf } from '../expectations.ts';
import { type LedgerCase, later, owned, recordsOf, TestWorker, textsOf, type, until } from './ledger-case.ts';

/** Runs and their records. */
export const runCases: readonly LedgerCase[] = [
  {
    name: 'keeps what a run was created with',
    needs: [],
    kills: false,
    async run(under) {
      const { session } = await TestWorker.join(under);
      const records = [bytesOf('first'), bytesOf('second')];
      const run = owned(await session.create({ id: 'a', type, version: 3, records }));
      equal([run.id, run.type, run.version, run.status], ['a', type, 3, 'running'], 'what it is');
      equal(textsOf(run.records), 'first second', 'its records');
      equal([...run.held, ...run.awaited], [], 'its keys');
      const stored = await session.read('a');
      equal(textsOf(stored?.records), 'first second', 'its records when it is read');
      equal(
        [stored?.type, stored?.version, stored?.status, stored?.createdAt],
        [type, 3, 'running', run.createdAt],
        'what is read',
      );
      equal(await session.read('b'), undefined, 'a run that is not there');
      assert(/^[a-z0-9]{8}$/.test(session.ledgerId), 'the ledger has an id');
      await session.close();
    },
  },
  {
    name: 'gives the run that is there when it is created again, at once or later',
    needs: [],
    kills: true,
    async run(under) {
      const { session } = await TestWorker.join(under);
      const create = (text: string) =>
        session.create({ id: 'a', type, version: 1, records: [bytesOf(text)] });
      const all = await Promise.all(['one', 'two', 'three', 'four'].map(create));
      const [first] = all;
      assert(
        all.every((run) => run === first),
        'creations at once give one run',
      );
      equal(textsOf(first!.records), 'one', 'its records are those of the first');
      equal(session.figures.runsCreated, 1, 'runs created');
      await session.append(owned(first!), [bytesOf('more')]);
      assert((await create('five')) === first, 'a later one gives it too');
      await session.append(owned(first!), [bytesOf('end')], { status: 'ended', note: 'done' });
      const ended = await create('six');
      equal([ended.owned, ended.status, ended.version], [false, 'ended', 1], 'one that has ended');
      equal(textsOf(ended.records), 'one more end', 'its records');
      await under.crash(session);
      const after = await TestWorker.join(under);
      const { runs } = await after.session.list({});
      equal(
        runs.map(({ id }) => id),
        ['a'],
        'what is there after a crash',
      );
      equal(await recordsOf(after.session, 'a'), 'one more end', 'its records then');
      await after.session.close();
    },
  },
  {
    name: 'appends in the order of the calls, to many runs at once',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      const ids = ['a', 'b', 'c', 'd', 'e'];
      const runs = await Promise.all(ids.map((id) => worker.create(id)));
      const appends: Promise<void>[] = [];
      for (let round = 0; round < 40; round++) {
        for (const { owned: run } of runs) appends.push(session.append(run, [bytesOf(`${round}`)]));
        // Some come while those before are being written.
        for (let turn = 0; turn < (round % 7) * 5; turn++) await undefined;
      }
      await Promise.all(appends);
      const expected = ['begin', ...Array.from({ length: 40 }, (_, round) => `${round}`)].join(' ');
      for (const id of ids) equal(await recordsOf(session, id), expected, `the records of '${id}'`);
      const { recordsAppended, commits } = session.figures;
      equal(recordsAppended, 5 + 200, 'records appended');
      assert(commits >= 1, 'there were commits');
      await session.close();
    },
  },
  {
    name: 'keeps through a crash what it has accepted, and of the rest a beginning, each append as a whole',
    needs: [],
    kills: true,
    async run(under) {
      const before = await TestWorker.join(under);
      const run = (await before.create('a')).owned;
      await before.session.append(run, [bytesOf('1'), bytesOf('1')]);
      for (let number = 2; number < 20; number++) {
        later(before.session.append(run, [bytesOf(`${number}`), bytesOf(`${number}`)]));
      }
      await under.crash(before.session);
      const after = await TestWorker.join(under);
      const { owned: again } = await after.given(under, 'a');
      const texts = again.records.map(textOf).slice(1);
      assert(texts.length >= 2 && texts.length % 2 === 0, 'each append is there as a whole');
      const expected = texts.map((_, index) => `${1 + Math.floor(index / 2)}`);
      equal(texts, expected, 'what is there');
      assert(after.session.epoch > before.session.epoch, 'the epoch is greater');
      equal(after.session.ledgerId, before.session.ledgerId, 'the id of the ledger');
      await after.session.close();
    },
  },
  {
    name: 'gives a worker the runs of its types that are under way, as they were',
    needs: [],
    kills: true,
    async run(under) {
      const before = await TestWorker.join(under, { types: [type, 'test/other'] });
      const [running, stuck, ended] = await Promise.all(['a', 'b', 'c'].map((id) => before.create(id)));
      await before.create('d', { type: 'test/other' });
      const { session } = before;
      await session.append(stuck!.owned, [bytesOf('x')], { status: 'stuck', note: 'it is stuck' });
      await session.append(ended!.owned, [bytesOf('x')], { status: 'ended' });
      await session.append(running!.owned, [bytesOf('more')]);
      await under.crash(session);
      const after = await TestWorker.join(under, { types: [type] });
      const a = await after.given(under, 'a');
      const b = await after.given(under, 'b');
      equal(textsOf(a.owned.records), 'begin more', 'the records of one that runs');
      equal([a.owned.status, b.owned.status], ['running', 'stuck'], 'their statuses');
      equal(a.owned.createdAt, running!.owned.createdAt, 'when it was created');
      equal([...after.adopted.keys()].sort(), ['a', 'b'], 'what it is given');
      equal(after.session.figures.runsAdopted, 2, 'runs adopted');
      equal((await after.session.read('b'))?.note, 'it is stuck', 'the note');
      equal((await after.session.read('c'))?.status, 'ended', 'one that has ended');
      equal((await after.session.read('d'))?.status, 'running', 'one of another type');
      await after.session.append(a.owned, [bytesOf('again')]);
      equal(await recordsOf(after.session, 'a'), 'begin more again', 'what is appended then');
      await after.session.close();
    },
  },
  {
    name: 'takes any bytes and any text',
    needs: [],
    kills: true,
    async run(under) {
      const before = await TestWorker.join(under, { types: [type, 'täst/run'] });
      const large = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 31 + (index >>> 8)) % 256);
      const id = 'größe 数 🂡';
      const note = 'gefährlich: 数';
      const run = await before.create(id, { type: 'täst/run', records: [large, new Uint8Array(0)] });
      await before.session.append(run.owned, [], { note, status: 'stuck' });
      await before.session.claim(run.owned, 'schlüssel 数');
      await before.session.post(id, large);
      await under.crash(before.session);
      const after = await TestWorker.join(under, { types: [type, 'täst/run'] });
      const again = await after.given(under, id);
      const [first, second] = again.owned.records;
      equal(first!.length, large.length, 'the length of a large record');
      assert(
        first!.every((byte, index) => byte === large[index]),
        'a large record is the same',
      );
      equal(second!.length, 0, 'the length of an empty one');
      equal(again.owned.held, ['schlüssel 数'], 'the key');
      equal((await after.session.read(id))?.note, note, 'the note');
      await until(under, () => again.messages.length === 1, 'the message comes');
      assert(
        again.messages[0]!.bytes.every((byte, index) => byte === large[index]),
        'a large message is the same',
      );
      await after.session.close();
    },
  },
  {
    name: 'appends nothing to a run that has ended',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      const { owned: run } = await worker.create('a');
      const appends = [
        session.append(run, [bytesOf('end')], { status: 'ended' }),
        session.append(run, [bytesOf('late')]),
      ];
      await Promise.allSettled(appends);
      equal(await recordsOf(session, 'a'), 'begin end', 'its records');
      equal((await session.read('a'))?.status, 'ended', 'its status');
      await session.close();
    },
  },
  {
    name: 'does nothing more once it is closed, and gives its runs up at once',
    needs: [],
    kills: false,
    async run(under) {
      const before = await TestWorker.join(under);
      const { session } = before;
      const { owned: run } = await before.create('a');
      const last = session.append(run, [bytesOf('last')]);
      await session.close();
      await last;
      await failsWith('LEDGER_CLOSED', session.append(run, [bytesOf('late')]), 'an append');
      const creation = session.create({ id: 'b', type, version: 1, records: [] });
      await failsWith('LEDGER_CLOSED', creation, 'a creation');
      await failsWith('LEDGER_CLOSED', session.claim(run, 'k'), 'a claim');
      await failsWith('LEDGER_CLOSED', session.read('a'), 'a read');
      await session.close();
      const after = await TestWorker.join(under);
      const again = await after.given(under, 'a');
      equal(textsOf(again.owned.records), 'begin last', 'its records');
      equal(before.lostWith, undefined, 'the former worker lost nothing');
      await after.session.close();
    },
  },
];
