import { equal } from '../expectations.ts';
import { type LedgerCase, TestWorker, until } from './ledger-case.ts';

/** Keys that one run holds at a time. */
export const claimCases: readonly LedgerCase[] = [
  {
    name: 'gives a key to one run at a time, in the order in which they asked',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      const [a, b, c] = [await worker.create('a'), await worker.create('b'), await worker.create('c')];
      const answers = await Promise.all([a, b, c].map(({ owned }) => session.claim(owned, 'k')));
      equal(answers, [true, false, false], 'who holds it');
      equal(await session.claim(a.owned, 'k'), true, 'asking again');
      equal(await session.claim(b.owned, 'k'), false, 'asking again in the line');
      equal(await session.claim(c.owned, 'other'), true, 'another key');
      await session.release(a.owned, 'k');
      await until(under, () => b.grants.length > 0, 'the next one is told');
      equal([b.grants, c.grants], [['k'], []], 'who is told');
      await session.append(b.owned, [], { status: 'ended' });
      await until(under, () => c.grants.length > 0, 'the last one is told at the end of the second');
      equal(c.grants, ['k'], 'what it is told');
      await session.release(c.owned, 'k');
      await session.release(c.owned, 'k');
      equal(await session.claim(a.owned, 'k'), true, 'a key that nobody holds any more');
      await session.close();
    },
  },
  {
    name: 'lets a run leave the line',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      const [a, b, c] = [await worker.create('a'), await worker.create('b'), await worker.create('c')];
      for (const { owned } of [a, b, c]) await session.claim(owned, 'k');
      await session.release(b.owned, 'k');
      await session.release(a.owned, 'k');
      await until(under, () => c.grants.length > 0, 'the last one is told');
      equal([a.grants, b.grants], [[], []], 'what the first one and the one who left are told');
      equal(await session.claim(b.owned, 'k'), false, 'who comes back stands at the end');
      await session.close();
    },
  },
  {
    name: 'keeps the places in a line through a crash',
    needs: [],
    kills: true,
    async run(under) {
      const before = await TestWorker.join(under);
      for (const id of ['a', 'b', 'c', 'd']) {
        const { owned } = await before.create(id);
        await before.session.claim(owned, 'k');
        if (id === 'c') await before.session.release(owned, 'k');
        if (id === 'a') await before.session.claim(owned, 'own');
      }
      await under.crash(before.session);
      const after = await TestWorker.join(under);
      const [a, b, c, d] = [
        await after.given(under, 'a'),
        await after.given(under, 'b'),
        await after.given(under, 'c'),
        await after.given(under, 'd'),
      ];
      equal([...a.owned.held].sort(), ['k', 'own'], 'what the first holds');
      equal([b.owned.held, b.owned.awaited], [[], ['k']], 'what the second awaits');
      equal([c.owned.held, c.owned.awaited], [[], []], 'the keys of the one who left');
      await after.session.append(a.owned, [], { status: 'ended' });
      await until(under, () => b.grants.length > 0, 'the second is told');
      await after.session.release(b.owned, 'k');
      await until(under, () => d.grants.length > 0, 'the last is told');
      equal(c.grants, [], 'what the one who left is told');
      await after.session.close();
    },
  },
];
