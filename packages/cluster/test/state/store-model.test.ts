import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Store } from '../../src/state/store.ts';
import { expectSame } from './expect-same.ts';
import { NaiveStore } from './naive-store.ts';
import { anyCommand, anyRange, commandBytes, plain, rangeAt } from './random-commands.ts';

const anyStep = fc.oneof(
  { weight: 10, arbitrary: anyCommand.map((command) => ({ command })) },
  { weight: 4, arbitrary: anyRange.map((range) => ({ range })) },
  { weight: 2, arbitrary: fc.constant({ idle: true as const }) },
);

describe('the store', () => {
  test('answers what a plain reading of etcd answers', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60, size: 'max' }), (steps) => {
        const store = new Store();
        const model = new NaiveStore();
        let index = 0;
        for (const step of steps) {
          if ('idle' in step) {
            store.idle(0, () => 0);
          } else if ('range' in step) {
            const request = rangeAt(step.range, model.revision);
            expect(plain(store.range(request))).toEqual(plain(model.range(request)));
          } else {
            const payload = step.command.payload(model.revision);
            const bytes = commandBytes(step.command, model.revision);
            const applied = store.apply(bytes, ++index, 1, index);
            const expected = step.command.expected(model, payload);
            if (expected !== undefined) expect(plain(applied.result)).toEqual(plain(expected));
            expect(applied.revision).toBe(model.revision);
          }
        }
        while (store.idle(1, () => 0)) {}
        expectSame(store, model);
      }),
      { numRuns: 150 },
    );
  });
});
