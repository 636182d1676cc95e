import { expect, test } from 'vitest';
import type { AdminClusterMember } from '../../api/console-api.ts';
import { clusterState } from './cluster-sentence.ts';

const member = (name: string, role: AdminClusterMember['role'], lag = 0): AdminClusterMember => ({
  id: name,
  name,
  role,
  term: 7,
  lastIndex: 100,
  commitIndex: 100,
  appliedIndex: 100,
  lag,
  storedBytes: 0,
  clientUrls: [],
  nativeUrls: [],
});
const of = (members: readonly AdminClusterMember[], alarms: readonly string[] = []) =>
  clusterState({ members, alarms });

test('all well', () => {
  expect(of([member('n1', 'leader'), member('n2', 'follower'), member('n3', 'follower')])).toEqual({
    health: 'healthy',
    sentence: 'n1 leads in term 7; both others follow.',
  });
  expect(of([member('n1', 'leader')]).sentence).toBe('n1 leads in term 7; it is alone.');
});

test('one member is gone: the cluster works on, and says so', () => {
  expect(of([member('n1', 'leader'), member('n2', 'follower'), member('n3', 'unreachable')])).toEqual({
    health: 'degraded',
    sentence: 'n1 leads in term 7; n3 does not answer.',
  });
});

test('without a majority nothing is accepted, whoever thinks that it leads', () => {
  const { health, sentence } = of([
    member('n1', 'leader'),
    member('n2', 'unreachable'),
    member('n3', 'unreachable'),
  ]);
  expect(health).toBe('failing');
  expect(sentence).toBe('1 of 3 members answer: no majority, nothing is accepted.');
});

test('an election, a laggard and an alarm are told', () => {
  expect(of([member('n1', 'candidate'), member('n2', 'follower')]).sentence).toBe(
    'Nobody leads: an election is on.',
  );
  const lags = of([member('n1', 'leader'), member('n2', 'follower', 5000)], ['NOSPACE']);
  expect(lags.health).toBe('degraded');
  expect(lags.sentence).toBe('n1 leads in term 7; n2 lags behind; alarm: NOSPACE.');
});

test('a learner has no vote', () => {
  expect(of([member('n1', 'leader'), member('n2', 'learner')]).health).toBe('healthy');
});
