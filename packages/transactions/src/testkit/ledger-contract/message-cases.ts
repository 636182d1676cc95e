import { bytesOf, equal, failsWith } from '../expectations.ts';
import { type LedgerCase, TestRun, TestWorker, until } from './ledger-case.ts';

/** Messages that are left for runs. */
export const messageCases: readonly LedgerCase[] = [
  {
    name: 'tells a run of its messages in their order, from before it listened on',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      const created = (await worker.create('a')).owned;
      created.listener = undefined;
      equal(await session.post('a', bytesOf('one')), 'posted', 'the first');
      equal(await session.post('a', bytesOf('two')), 'posted', 'the second');
      await under.sleep('50ms');
      const run = new TestRun(created);
      await session.post('a', bytesOf('three'));
      await until(under, () => run.messages.length >= 3, 'all three are told');
      equal(run.told, '1:one 2:two 3:three', 'what it is told');
      equal((await session.read('a'))?.messages.length, 3, 'what waits until it is consumed');
      await session.append(created, [], { consumed: [1, 3] });
      equal(
        (await session.read('a'))?.messages.map(({ sequence }) => sequence),
        [2],
        'what waits then',
      );
      await session.close();
    },
  },
  {
    name: 'tells it again after a crash, unless it has consumed it',
    needs: [],
    kills: true,
    async run(under) {
      const before = await TestWorker.join(under);
      const run = await before.create('a');
      for (const text of ['one', 'two', 'three']) await before.session.post('a', bytesOf(text));
      await until(under, () => run.messages.length === 3, 'all are told');
      await before.session.append(run.owned, [bytesOf('took two')], { consumed: [2] });
      await under.crash(before.session);
      const after = await TestWorker.join(under);
      const again = await after.given(under, 'a');
      await until(under, () => again.messages.length >= 2, 'those not consumed are told');
      await after.session.post('a', bytesOf('four'));
      await until(under, () => again.messages.length >= 3, 'the new one is told');
      equal(again.told, '1:one 3:three 4:four', 'what it is told');
      await after.session.close();
    },
  },
  {
    name: 'says when there is no run to post to, or none any more',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      equal(await session.post('a', bytesOf('x')), 'unknown', 'a post before');
      const run = await worker.create('a');
      await session.append(run.owned, [], { status: 'ended' });
      equal(await session.post('a', bytesOf('x')), 'ended', 'a post after its end');
      await under.sleep('50ms');
      equal(run.messages.length, 0, 'what it was told');
      await session.close();
    },
  },
  {
    name: 'takes so many messages for a run and no more',
    needs: [],
    kills: false,
    async run(under) {
      const worker = await TestWorker.join(under);
      const { session } = worker;
      const run = await worker.create('a');
      for (let count = 0; count < under.messagesMax; count++) await session.post('a', bytesOf('x'));
      await failsWith('LEDGER_MESSAGES_FULL', session.post('a', bytesOf('x')), 'one more');
      await session.append(run.owned, [], { consumed: [1] });
      equal(await session.post('a', bytesOf('y')), 'posted', 'one after one was consumed');
      await session.close();
    },
  },
];
