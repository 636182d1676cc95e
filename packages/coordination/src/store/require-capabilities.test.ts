import { ManualWorld } from '@holdfast/core';
import { expect, test } from 'vitest';
import { memoryStore } from '../memory/memory-store.ts';
import type { CoordinationStore } from './coordination-store.ts';
import { requireCapabilities } from './require-capabilities.ts';

const memory = memoryStore({ world: new ManualWorld() });
const weak: CoordinationStore = {
  ...memory,
  capabilities: { ...memory.capabilities, engine: 'weak', watches: 'hint', revisions: 'lost-on-failover' },
};

test('an engine that has what a recipe needs, or better, is taken', () => {
  requireCapabilities(memory, { watches: 'complete', leases: 'session', revisions: 'yes' }, 'lock');
  requireCapabilities(weak, { watches: 'hint', leases: 'session' }, 'lock');
  requireCapabilities(weak, {}, 'lock');
});

test('one that lacks some of it is refused, and all that it lacks is named', () => {
  const attempt = () =>
    requireCapabilities(weak, { watches: 'may-coalesce', revisions: 'yes', leases: 'yes' }, 'election');
  expect(attempt).toThrow(
    "election cannot keep its promise on weak, which lacks watches 'may-coalesce' (it has 'hint'), " +
      "revisions 'yes' (it has 'lost-on-failover'): use another engine",
  );
  expect(attempt).toThrow(expect.objectContaining({ code: 'CAPABILITY_MISSING' }));
});
