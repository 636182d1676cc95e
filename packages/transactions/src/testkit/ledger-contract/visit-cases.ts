import { assert } from '@holdfast/core';
import type { RunFilter } from '../../index.ts';
import { bytesOf, equal, failsWith } from '../expectations.ts';
import { type LedgerCase, later, TestWorker, textsOf, until } from './ledger-case.ts';

/** Looking in, and waiting for ends. */
export const visitCases: readonly LedgerCase[] = [
  {
    name: 'lists runs in the order of their creation, page by page',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      const ids = Array.from({ length: 25 }, (_, index) => `run-${(index * 7) % 25}`);
      for (const id of ids) await worker.create(id);
      const listed: string[] = [];
      let pages = 0;
      for (let after: string | undefined; ; pages++) {
        const { runs, next } = await session.list({ limit: 10, after });
        listed.push(...runs.map(({ id }) => id));
        assert(runs.length <= 10, 'a page has no more than was asked for');
        if (next === undefined) break;
        after = next;
      }
      equal(listed, ids, 'what is listed');
      equal(pages, 2, 'pages that another one followed');
      const [first] = (await session.list({ limit: 1 })).runs;
      assert(!('records' in first!), 'a summary has no records');
      await session.close();
    },
  },
  {
    name: 'lists runs of a type and of a status',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under, { types: ['test/a', 'test/b'] });
      const { session } = worker;
      const statuses = ['running', 'stuck', 'ended'] as const;
      for (const status of statuses) {
        for (const name of ['a', 'b']) {
          const { owned } = await worker.create(`${name}-${status}`, { type: `test/${name}` });
          await session.append(owned, [], { status, note: `it is ${status}` });
        }
      }
      const list = async (filter: RunFilter): Promise<string[]> =>
        (await session.list(filter)).runs.map(({ id }) => id);
      equal(await list({ status: 'stuck' }), ['a-stuck', 'b-stuck'], 'those of a status');
      equal(await list({ type: 'test/a' }), ['a-running', 'a-stuck', 'a-ended'], 'those of a type');
      equal(await list({ type: 'test/b', status: 'ended' }), ['b-ended'], 'those of both');
      equal(await list({ type: 'test/none' }), [], 'those of a type that is not there');
      const [stuck] = (await session.list({ status: 'stuck' })).runs;
      equal(stuck?.note, 'it is stuck', 'the note');
      await session.close();
    },
  },
  {
    name: 'wakes who waits for the end of a run',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      const { owned: run } = await worker.create('a');
      equal(await session.ended('none'), undefined, 'the end of a run that is not there');
      let awake = 0;
      const waits = [session.ended('a'), session.ended('a')];
      for (const wait of waits) later(wait.then(() => awake++));
      await session.append(run, [bytesOf('more')]);
      await under.sleep('50ms');
      equal(awake, 0, 'who is awake before');
      await session.append(run, [bytesOf('end')], { status: 'ended', note: 'done' });
      const [first, second] = await Promise.all(waits);
      equal([first?.status, first?.note], ['ended', 'done'], 'how it has ended');
      equal(textsOf(second?.records), 'begin more end', 'its records');
      equal((await session.ended('a'))?.status, 'ended', 'who asks later');
      await session.close();
    },
  },
  {
    name: 'ends waits when they are aborted and when it is closed, and leaves nothing behind',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      const { owned: run } = await worker.create('a');
      const abort = new AbortController();
      const waiting = later(session.ended('a', abort.signal));
      await under.sleep('50ms');
      abort.abort();
      await failsWith('ABORTED', waiting, 'a wait that is aborted');
      const { signal } = abort;
      await failsWith('ABORTED', session.ended('a', signal), 'a wait with a signal that has aborted');
      await failsWith('ABORTED', session.read('a', signal), 'a read with it');
      await failsWith('ABORTED', session.list({}, signal), 'a list with it');
      await failsWith('ABORTED', session.post('a', bytesOf('x'), signal), 'a post with it');
      const open = later(session.ended('a'));
      await under.sleep('50ms');
      await session.append(run, [bytesOf('more')]);
      await session.close();
      await failsWith('LEDGER_CLOSED', open, 'a wait when it is closed');
    },
  },
  {
    name: 'lets others look in, leave messages and wait',
    needs: [],
    kills: false,
    async run(under) {
      const engine = await under.engine();
      const worker = await TestWorker.join(under, { engine });
      const run = await worker.create('a');
      const visit = await engine.visit();
      equal((await visit.read('a'))?.type, run.owned.type, 'what a visitor reads');
      equal((await visit.list({})).runs.length, 1, 'what it lists');
      equal(await visit.post('a', bytesOf('hello')), 'posted', 'what it posts');
      await until(under, () => run.messages.length === 1, 'the run is told of it');
      const end = later(visit.ended('a'));
      await worker.session.append(run.owned, [], { status: 'ended', consumed: [1] });
      equal((await end)?.status, 'ended', 'what it waits for');
      await visit.close();
      await failsWith('LEDGER_CLOSED', visit.read('a'), 'a read when it has gone');
      equal((await worker.session.read('a'))?.status, 'ended', 'what the worker reads still');
      await worker.session.close();
    },
  },
];
