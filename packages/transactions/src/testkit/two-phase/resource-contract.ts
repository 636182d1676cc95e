import type { Resource } from '../../two-phase/resource.ts';
import { equal, failsWith } from '../expectations.ts';
import { branchOf, inDoubt, type ResourceCase, type ResourceUnderTest } from './resource-case.ts';

/**
 * What every `Resource` has to keep, as cases for any test runner; those whose `needs` it cannot give are left out:
 *
 *     for (const { name, run } of resourceContract) test(name, () => run(under));
 */
export const resourceContract: readonly ResourceCase[] = [
  {
    name: 'is set up for what it promises',
    needs: [],
    async run(under) {
      const resource = await under.open();
      equal(resource.abilities.prepare || resource.abilities.settle, true, 'whether it can do anything');
      await resource.check();
    },
  },
  {
    name: 'nothing of a branch is seen until it is committed, and all of it then, from any session',
    needs: ['prepare'],
    async run(under) {
      const [near, far] = [await under.open(), await under.open()];
      const id = await prepared(under, near, 'a', 5);
      equal(await under.read(under.key), 0, 'what is committed before');
      equal(await far.commit(id), 'committed', 'what commit found');
      equal(await under.read(under.key), 5, 'what is committed after');
      equal(await under.isFree(under.key), true, 'whether its locks are gone');
      equal(await inDoubt(under, near), '', 'what is in doubt');
    },
  },
  {
    name: 'a prepared branch that is rolled back leaves nothing',
    needs: ['prepare'],
    async run(under) {
      const [near, far] = [await under.open(), await under.open()];
      const id = await prepared(under, near, 'a', 5);
      equal(await far.rollback(id), 'rolled back', 'what rollback found');
      equal(await under.read(under.key), 0, 'what is committed');
      equal(await under.isFree(under.key), true, 'whether its locks are gone');
      equal(await inDoubt(under, near), '', 'what is in doubt');
    },
  },
  {
    name: 'a branch that has ended, or never was, is unknown',
    needs: ['prepare'],
    async run(under) {
      const resource = await under.open();
      const never = branchOf(under, resource, 'never');
      equal(await resource.commit(never), 'unknown', 'the commit of what never was');
      equal(await resource.rollback(never), 'unknown', 'the rollback of what never was');
      const first = await prepared(under, resource, 'first', 1);
      await resource.commit(first);
      equal(await resource.commit(first), 'unknown', 'a commit again');
      equal(await resource.rollback(first), 'unknown', 'a rollback after a commit');
      equal(await under.read(under.key), 1, 'what is committed');
    },
  },
  {
    name: 'a branch that wrote nothing says so, and is over once it has voted',
    needs: ['prepare'],
    async run(under) {
      const resource = await under.open();
      const id = branchOf(under, resource, 'reader');
      const branch = await resource.begin(id);
      equal(await under.look(branch.connection, under.key), 0, 'what it reads');
      equal(await branch.wrote(), false, 'whether it wrote');
      equal(await branch.prepare(), 'read-only', 'its vote');
      equal(await inDoubt(under, resource), '', 'what is in doubt');
      equal(await resource.commit(id), 'unknown', 'its commit');
    },
  },
  {
    name: 'a branch sees what it wrote, and says that it wrote',
    needs: [],
    async run(under) {
      const resource = await under.open();
      const branch = await resource.begin(branchOf(under, resource, 'a'));
      await under.add(branch.connection, under.key, 2);
      await under.add(branch.connection, under.key, 3);
      equal(await under.look(branch.connection, under.key), 5, 'what it reads');
      equal(await branch.wrote(), true, 'whether it wrote');
      await branch.rollback();
      equal(await under.read(under.key), 0, 'what is committed');
    },
  },
  {
    name: 'a branch that is rolled back before it has voted leaves nothing, also twice',
    needs: [],
    async run(under) {
      const resource = await under.open();
      const branch = await resource.begin(branchOf(under, resource, 'a'));
      await under.add(branch.connection, under.key, 2);
      await branch.rollback();
      await branch.rollback();
      equal(await under.read(under.key), 0, 'what is committed');
      equal(await under.isFree(under.key), true, 'whether its locks are gone');
    },
  },
  {
    name: 'what is prepared outlives its process, and keeps its locks',
    needs: ['prepare'],
    async run(under) {
      const near = await under.open();
      const id = await prepared(under, near, 'a', 5);
      await under.crash(near);
      const far = await under.open();
      equal(await under.isFree(under.key), false, 'whether its key is free');
      equal(await inDoubt(under, far), id.transaction, 'what is in doubt');
      equal(await far.commit(id), 'committed', 'what commit found');
      equal(await under.read(under.key), 5, 'what is committed');
    },
  },
  {
    name: 'what is not prepared does not outlive its process',
    needs: [],
    async run(under) {
      const near = await under.open();
      const branch = await near.begin(branchOf(under, near, 'a'));
      await under.add(branch.connection, under.key, 5);
      await under.crash(near);
      const far = await under.open();
      equal(await inDoubt(under, far), '', 'what is in doubt');
      // The server may need a moment to notice.
      for (let look = 0; look < 100 && !(await under.isFree(under.key)); look++);
      equal(await under.isFree(under.key), true, 'whether its locks are gone');
      equal(await under.read(under.key), 0, 'what is committed');
    },
  },
  {
    name: 'what is prepared outlives its server',
    needs: ['prepare', 'restart'],
    async run(under) {
      const near = await under.open();
      const id = await prepared(under, near, 'a', 5);
      await under.restart();
      const far = await under.open();
      equal(await inDoubt(under, far), id.transaction, 'what is in doubt');
      equal(await far.commit(id), 'committed', 'what commit found');
      equal(await under.read(under.key), 5, 'what is committed');
    },
  },
  {
    name: 'recovery finds the branches of its ledger, and no others',
    needs: ['prepare', 'foreign'],
    async run(under) {
      const resource = await under.open();
      const isThere = await under.foreign(`hf-${under.ledgerId}`);
      const [one, other] = [
        await prepared(under, resource, 'one', 1, 1, `${under.key}-1`),
        await prepared(under, resource, 'other:with%colon', 1, 36, `${under.key}-2`),
      ];
      equal(
        await inDoubt(under, resource),
        [one.transaction, other.transaction].sort().join(' '),
        'all in doubt',
      );
      equal(await inDoubt(under, resource, one.transaction), one.transaction, 'those of one transaction');
      equal(await inDoubt(under, resource, 'hf:00000000:'), '', 'those of another ledger');
      equal(await inDoubt(under, resource, 'hf_'), '', 'those of a prefix with a wildcard of SQL');
      for (const id of [one, other]) equal(await resource.rollback(id), 'rolled back', 'what rollback found');
      equal(await isThere(), true, 'whether the foreign branch is there');
    },
  },
  {
    name: 'a branch that the database has rolled back does not vote for its commit',
    needs: ['prepare', 'doom'],
    async run(under) {
      const resource = await under.open();
      const id = branchOf(under, resource, 'a');
      const branch = await resource.begin(id);
      await under.add(branch.connection, under.key, 5);
      await under.doom(branch.connection);
      await failsWith('BRANCH_ROLLED_BACK', branch.prepare(), 'its vote');
      equal(await inDoubt(under, resource), '', 'what is in doubt');
      equal(await under.read(under.key), 0, 'what is committed');
      equal(await under.isFree(under.key), true, 'whether its locks are gone');
    },
  },
  {
    name: 'a branch that the database has rolled back is not committed in one phase',
    needs: ['settle', 'doom'],
    async run(under) {
      const resource = await under.open();
      const id = branchOf(under, resource, 'a');
      const branch = await resource.begin(id);
      await under.add(branch.connection, under.key, 5);
      await under.doom(branch.connection);
      await failsWith('BRANCH_ROLLED_BACK', branch.commitOnePhase(), 'its commit');
      equal(await resource.settle(id), 'rolled back', 'what became of it');
      equal(await under.read(under.key), 0, 'what is committed');
    },
  },
  {
    name: 'whether a one-phase commit happened can be asked for, from any session',
    needs: ['settle'],
    async run(under) {
      const [near, far] = [await under.open(), await under.open()];
      const id = branchOf(under, near, 'a');
      const branch = await near.begin(id);
      await under.add(branch.connection, under.key, 5);
      await branch.commitOnePhase();
      equal(await under.read(under.key), 5, 'what is committed');
      equal(await inDoubt(under, near), '', 'what is in doubt');
      await under.crash(near);
      equal(await far.settle(id), 'committed', 'what became of it');
      equal(await far.settle(id), 'committed', 'what became of it, asked again');
    },
  },
  {
    name: 'a one-phase commit that is settled as rolled back never happens',
    needs: ['settle'],
    async run(under) {
      const [near, far] = [await under.open(), await under.open()];
      const id = branchOf(under, near, 'a');
      const branch = await near.begin(id);
      await under.add(branch.connection, under.key, 5);
      equal(await far.settle(id), 'rolled back', 'what became of it');
      await failsWith('BRANCH_ROLLED_BACK', branch.commitOnePhase(), 'a late commit');
      equal(await under.read(under.key), 0, 'what is committed');
      equal(await far.settle(id), 'rolled back', 'what became of it, asked again');
      const other = branchOf(under, near, 'a', 2);
      const next = await near.begin(other);
      await under.add(next.connection, under.key, 7);
      await next.commitOnePhase();
      equal(await under.read(under.key), 7, 'what its next attempt has committed');
    },
  },
  {
    name: 'ten branches at a time do not get in each other’s way',
    needs: ['prepare'],
    async run(under) {
      const resource = await under.open();
      const numbers = Array.from({ length: 10 }, (_, index) => index);
      const ids = await Promise.all(
        numbers.map((n) => prepared(under, resource, `run-${n}`, n + 1, 1, `${under.key}-${n}`)),
      );
      await Promise.all(ids.map((id, n) => (n % 2 === 0 ? resource.commit(id) : resource.rollback(id))));
      for (const n of numbers) {
        equal(await under.read(`${under.key}-${n}`), n % 2 === 0 ? n + 1 : 0, `what is committed of ${n}`);
      }
      equal(await inDoubt(under, resource), '', 'what is in doubt');
    },
  },
  {
    name: 'a signal that has aborted stops every call before it begins',
    needs: ['prepare'],
    async run(under) {
      const resource = await under.open();
      const signal = AbortSignal.abort(new Error('enough'));
      const id = branchOf(under, resource, 'a');
      const calls = {
        check: () => resource.check(signal),
        begin: () => resource.begin(id, signal),
        commit: () => resource.commit(id, signal),
        rollback: () => resource.rollback(id, signal),
        recover: () => resource.recover('hf:', signal),
      };
      for (const [name, call] of Object.entries(calls)) await failsWith('ABORTED', call(), name);
      const branch = await resource.begin(id);
      await under.add(branch.connection, under.key, 1);
      await failsWith('ABORTED', branch.prepare(signal), 'prepare');
      await resource.rollback(id);
      equal(await under.read(under.key), 0, 'what is committed');
    },
  },
  {
    name: 'a server that cannot prepare is found out, and the remedy said',
    needs: ['prepare', 'misconfigured'],
    async run(under) {
      const resource = await under.misconfigured();
      await failsWith('RESOURCE_MISCONFIGURED', resource.check(), 'the check');
    },
  },
];

async function prepared(
  under: ResourceUnderTest,
  resource: Resource,
  run: string,
  amount: number,
  epoch: number = 1,
  key: string = under.key,
): Promise<ReturnType<typeof branchOf>> {
  const id = branchOf(under, resource, run, epoch);
  const branch = await resource.begin(id);
  await under.add(branch.connection, key, amount);
  equal(await branch.prepare(), 'prepared', 'the vote');
  return id;
}
