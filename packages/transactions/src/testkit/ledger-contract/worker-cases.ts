import { assert } from '@holdfast/core';
import { bytesOf, equal, failsWith } from '../expectations.ts';
import { type LedgerCase, later, recordsOf, TestWorker, textsOf, type, until } from './ledger-case.ts';

/** Several workers at once. */
export const workerCases: readonly LedgerCase[] = [
  {
    name: 'is one ledger for all of its workers',
    needs: ['shared'],
    kills: false,
    async run(under) {
      const [one, two] = [await TestWorker.join(under), await TestWorker.join(under)];
      equal(one.session.ledgerId, two.session.ledgerId, 'its id');
      assert(one.session.epoch !== two.session.epoch, 'each has an epoch of its own');
      const run = await one.create('a');
      const records = [bytesOf('other')];
      const again = await two.session.create({ id: 'a', type, version: 1, records });
      equal([again.owned, textsOf(again.records)], [false, 'begin'], 'what the other is given');
      const end = later(two.session.ended('a'));
      equal(await two.session.post('a', bytesOf('hello')), 'posted', 'what the other posts');
      await until(under, () => run.messages.length === 1, 'the run is told of it');
      await one.session.append(run.owned, [bytesOf('end')], { status: 'ended' });
      equal(textsOf((await end)?.records), 'begin end', 'what the other waits for');
      await two.create('b');
      equal(
        (await one.session.list({})).runs.map(({ id }) => id),
        ['a', 'b'],
        'what is listed',
      );
      await under.sleep('50ms');
      equal([one.adopted.size, two.adopted.size], [0, 0], 'runs that changed hands');
      await one.session.close();
      await two.session.close();
    },
  },
  {
    name: 'creates a run once, whoever asks',
    needs: ['shared'],
    kills: false,
    async run(under) {
      const workers = [await TestWorker.join(under), await TestWorker.join(under)];
      for (let round = 0; round < 10; round++) {
        const id = `run-${round}`;
        const attempts = [...workers, ...workers].map(({ session }, index) =>
          session.create({ id, type, version: 1, records: [bytesOf(`by ${index}`)] }),
        );
        const runs = await Promise.all(attempts);
        const owners = runs.map((run) => run.owned);
        assert(owners[0] !== owners[1], 'one of the two has it');
        equal(new Set(runs.map(({ records }) => textsOf(records))).size, 1, 'what it was created with');
      }
      for (const { session } of workers) await session.close();
    },
  },
  {
    name: 'has one line for a key, across workers',
    needs: ['shared'],
    kills: false,
    async run(under) {
      const [one, two] = [await TestWorker.join(under), await TestWorker.join(under)];
      const [a, b, c] = [await one.create('a'), await two.create('b'), await one.create('c')];
      equal(await one.session.claim(a.owned, 'k'), true, 'the first');
      equal(await two.session.claim(b.owned, 'k'), false, 'the second');
      equal(await one.session.claim(c.owned, 'k'), false, 'the third');
      await one.session.append(a.owned, [], { status: 'ended' });
      await until(under, () => b.grants.length > 0, 'the second is told');
      equal(c.grants, [], 'what the third is told');
      await two.session.release(b.owned, 'k');
      await until(under, () => c.grants.length > 0, 'the third is told');
      await one.session.close();
      await two.session.close();
    },
  },
  {
    name: 'gives the runs of a worker that dies to another, with their messages and keys',
    needs: ['shared'],
    kills: true,
    async run(under) {
      const [dying, living] = [await TestWorker.join(under), await TestWorker.join(under)];
      const [a, b] = [await dying.create('a'), await living.create('b')];
      await dying.session.claim(a.owned, 'k');
      await living.session.claim(b.owned, 'k');
      await dying.session.append(a.owned, [bytesOf('more')]);
      await dying.session.post('a', bytesOf('hello'));
      const end = later(living.session.ended('a'));
      await under.crash(dying.session);
      const again = await living.given(under, 'a');
      equal(textsOf(again.owned.records), 'begin more', 'its records');
      equal(again.owned.held, ['k'], 'its keys');
      await until(under, () => again.messages.length === 1, 'it is told of its message');
      await living.session.append(again.owned, [bytesOf('end')], { status: 'ended' });
      await until(under, () => b.grants.length > 0, 'the next in the line is told');
      equal((await end)?.status, 'ended', 'what was waited for');
      await living.session.close();
    },
  },
  {
    name: 'gives the runs of a worker that leaves to another at once, and only those that it drives',
    needs: ['shared'],
    kills: false,
    async run(under) {
      const leaving = await TestWorker.join(under, { types: [type, 'test/other'] });
      const staying = await TestWorker.join(under);
      await leaving.create('a');
      await leaving.create('b', { type: 'test/other' });
      await leaving.session.close();
      await staying.given(under, 'a');
      const later = await TestWorker.join(under, { types: ['test/other'] });
      await later.given(under, 'b');
      equal([...staying.adopted.keys()], ['a'], 'what the one is given');
      equal([...later.adopted.keys()], ['b'], 'what the other is given');
      await staying.session.close();
      await later.session.close();
    },
  },
  {
    name: 'fences a worker whose runs were taken, and tells it',
    needs: ['shared', 'pause'],
    kills: true,
    async run(under) {
      const [paused, other] = [await TestWorker.join(under), await TestWorker.join(under)];
      const { owned: run } = await paused.create('a');
      const resume = await under.pause!(paused.session);
      const again = await other.given(under, 'a');
      const newest = await TestWorker.join(under);
      assert(newest.session.epoch > paused.session.epoch, 'a later worker has a greater epoch');
      await other.session.append(again.owned, [bytesOf('taken')]);
      const attempts = [
        paused.session.append(run, [bytesOf('stale')]),
        paused.session.claim(run, 'k'),
        paused.session.append(run, [], { status: 'ended' }),
      ].map((attempt) => failsWith('LEDGER_FENCED', attempt, 'what a fenced worker does'));
      await resume();
      await Promise.all(attempts);
      await until(under, () => paused.lostWith !== undefined, 'it is told');
      equal(paused.lostWith?.code, 'LEDGER_FENCED', 'what it is told');
      equal(await recordsOf(other.session, 'a'), 'begin taken', 'the records');
      equal(await other.session.claim(again.owned, 'k'), true, 'the key is free');
      await paused.session.close();
      await other.session.close();
      await newest.session.close();
    },
  },
];
