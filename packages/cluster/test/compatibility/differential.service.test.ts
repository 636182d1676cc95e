import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PrivateEtcd } from './private-etcd.ts';
import { authSteps, keySteps, type Step } from './random-requests.ts';
import { RawClient } from './raw-client.ts';
import { Side } from './side.ts';

// The same random requests, valid ones and others, to a real etcd and to us: codes, messages and responses must be the
// same, but for ids and terms. What differs on purpose is not among them; docs/etcd-compatibility.md lists it.

let oracle: PrivateEtcd;
let subject: PrivateEtcd;
let theirs: RawClient;
let ours: RawClient;

beforeAll(async () => {
  oracle = await PrivateEtcd.start();
  subject = await PrivateEtcd.start();
  theirs = new RawClient(oracle.address);
  ours = new RawClient(subject.address);
});

afterAll(async () => {
  theirs?.close();
  ours?.close();
  await oracle?.stop();
  await subject?.stop();
});

async function compare(steps: readonly Step[]): Promise<void> {
  const [expected, actual] = [sideOfOracle, sideOfSubject];
  await Promise.all([expected.begin(), actual.begin()]);
  for (const step of steps) {
    const [wanted, got] = await Promise.all([expected.run(step), actual.run(step)]);
    expect(got, step.call).toEqual(wanted);
  }
}

test('keys, transactions, compaction and leases', async () => {
  sideOfOracle = new Side(theirs);
  sideOfSubject = new Side(ours);
  await fc.assert(fc.asyncProperty(keySteps, compare), { numRuns: 150, seed: 34 });
}, 120_000);

test('users, roles and what they may do', async () => {
  sideOfOracle = new Side(theirs);
  sideOfSubject = new Side(ours);
  await fc.assert(fc.asyncProperty(authSteps, compare), { numRuns: 150, seed: 34 });
}, 240_000);

let sideOfOracle: Side;
let sideOfSubject: Side;
