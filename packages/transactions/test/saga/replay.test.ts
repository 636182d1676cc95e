// Goal: a saga that goes on from its records is where it was. Method: sagas of any shape, failing services and messages at
// random; at each append what the driver believes is compared with what the records say.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEvent, encodeEvent, eventKinds } from '../../src/saga/records/record.ts';
import { replayAsLive } from './live-run.ts';

test('replayed, a saga is where it was, at every append', async () => {
  let records = 0;
  for (let seed = 1; seed <= 60; seed++) records += await replayAsLive(seed);
  expect(records).toBeGreaterThan(500);
});

test('a record says what was written, whatever the time and the text', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...eventKinds.slice(1)),
      fc.nat(0xffff),
      fc.nat(2 ** 48 - 1),
      fc.string({ unit: 'binary' }),
      (kind, place, at, text) => {
        const event = { kind, place, at, text };
        expect(decodeEvent(encodeEvent(event))).toEqual(event);
      },
    ),
  );
});

test.each([
  [[]],
  [[1]],
  [[1, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  [[2, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
  [[1, 99, 0, 0, 0, 0, 0, 0, 0, 0]],
])('a record of %j is refused', (bytes) => {
  expect(() => decodeEvent(Uint8Array.from(bytes))).toThrow(
    expect.objectContaining({ code: 'SAGA_RECORD_INVALID' }),
  );
});
