import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoneServer, startLoneServer } from './lone-server.ts';
import { PrivateEtcd } from './private-etcd.ts';
import { authSteps, keySteps, queueSteps, type Step } from './random-requests.ts';
import { RawClient } from './raw-client.ts';
import { Side } from './side.ts';

// The same random requests, valid ones and others, to a real etcd and to us: codes, messages and responses must be the
// same, but for ids and terms. What differs on purpose is not among them; docs/etcd-compatibility.md lists it.

let oracle: PrivateEtcd;
let subject: LoneServer;
let theirs: RawClient;
let ours: RawClient;

beforeAll(async () => {
  oracle = await PrivateEtcd.start();
  subject = await startLoneServer();
  theirs = new RawClient(oracle.address);
  ours = new RawClient(subject.address);
});

afterAll(async () => {
  theirs?.close();
  ours?.close();
  await oracle?.stop();
  await subject?.stop();
});

/** What happens in all runs of a property, on either side. */
class Comparison {
  readonly #expected = new Side(theirs);
  readonly #actual = new Side(ours);

  async run(steps: readonly Step[]): Promise<void> {
    await Promise.all([this.#expected.begin(), this.#actual.begin()]);
    const watches = await Promise.all([this.#expected.watch(), this.#actual.watch()]);
    for (const step of steps) {
      const [expected, actual] = await Promise.all([this.#expected.run(step), this.#actual.run(step)]);
      expect(actual, step.call).toEqual(expected);
    }
    await expect.poll(() => watches[1].count() - watches[0].count(), { interval: 5 }).toBe(0);
    expect(watches[1].end(), 'events').toEqual(watches[0].end());
  }
}

/** Of each property: enough to go over what there is, in the time that a test may take, which shrinking would outlast. */
const numRuns = 250;

test('keys, transactions, compaction, leases, and what a watch sees of them', async () => {
  const comparison = new Comparison();
  await fc.assert(
    fc.asyncProperty(keySteps, (steps) => comparison.run(steps)),
    { numRuns, seed: 34, endOnFailure: true },
  );
}, 120_000);

test('users, roles and what they may do', async () => {
  const comparison = new Comparison();
  await fc.assert(
    fc.asyncProperty(authSteps, (steps) => comparison.run(steps)),
    { numRuns, seed: 34, endOnFailure: true },
  );
}, 120_000);

test('locks and elections', async () => {
  const comparison = new Comparison();
  await fc.assert(
    fc.asyncProperty(queueSteps, (steps) => comparison.run(steps)),
    { numRuns, seed: 34, endOnFailure: true },
  );
}, 120_000);
