import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AlarmRequest } from '../../src/etcd/maintenance.ts';
import { Member } from '../../src/etcd/membership.ts';
import { type CommandSession, encodeCommand } from '../../src/state/command.ts';
import type { StateSnapshot } from '../../src/state/state-machine.ts';
import { Store, type StoreOptions } from '../../src/state/store.ts';
import { expectSame } from './expect-same.ts';
import { NaiveStore } from './naive-store.ts';
import { anyCommand, plain, type RandomCommand } from './random-commands.ts';

type Step =
  | { readonly command: RandomCommand; readonly session: CommandSession | undefined }
  | { readonly bytes: (index: number) => Uint8Array }
  | 'idle'
  | 'snapshot'
  | { readonly read: number }
  | 'release';

const anySession = fc.option(
  fc.record({ id: fc.nat(20), sequence: fc.integer({ min: 1, max: 6 }), answeredBelow: fc.nat(4) }),
  { nil: undefined, freq: 1 },
);

const anyOther = fc.oneof(
  fc.constant(encodeCommand({ kind: 'session-register', payload: new Uint8Array(0) })),
  fc.nat(20).map((id) =>
    encodeCommand({
      kind: id % 3 === 0 ? 'session-close' : 'session-keep-alive',
      session: { id, sequence: 0, answeredBelow: 0 },
      payload: new Uint8Array(0),
    }),
  ),
  fc
    .record({
      action: fc.constantFrom(1, 2),
      memberId: fc.constantFrom(1n, 2n ** 63n),
      alarm: fc.constant(2),
    })
    // Raised and taken back at once: with the alarm everything else would be refused.
    .map((alarm) => encodeCommand({ kind: 'alarm', payload: AlarmRequest.encode({ ...alarm, action: 2 }) })),
  fc
    .record({ id: fc.constantFrom(1n, 2n ** 64n - 1n), name: fc.string(), remove: fc.boolean() })
    .map(({ id, name, remove }) =>
      encodeCommand({
        kind: remove ? 'member-remove' : 'member-put',
        payload: Member.encode(Member.create({ id, name, peerUrls: ['http://a'] })),
      }),
    ),
);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ command: anyCommand, session: anySession }) },
  { weight: 3, arbitrary: anyOther.map((bytes) => ({ bytes: () => bytes })) },
  { weight: 3, arbitrary: fc.constant('idle' as const) },
  { weight: 1, arbitrary: fc.constant('snapshot' as const) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 400 }).map((read) => ({ read })) },
  { weight: 1, arbitrary: fc.constant('release' as const) },
);

const anySteps = fc.array(anyStep, { maxLength: 80, size: 'max' });

/** What a step has the log hold. */
function bytesOfStep(step: Step, index: number, revision: number): Uint8Array | undefined {
  if (typeof step === 'string' || 'read' in step) return undefined;
  if ('bytes' in step) return step.bytes(index);
  return encodeCommand({
    kind: step.command.kind,
    session: step.session,
    payload: step.command.payload(revision),
  });
}

function readAll(snapshot: StateSnapshot, pieceBytes: number): Buffer {
  const pieces: Uint8Array[] = [];
  for (let piece = snapshot.next(pieceBytes); piece !== undefined; piece = snapshot.next(pieceBytes)) {
    pieces.push(piece);
  }
  snapshot.release();
  return Buffer.concat(pieces);
}

function restored(bytes: Uint8Array, pieceBytes: number, options: StoreOptions): Store {
  const store = new Store(options);
  const restore = store.restore();
  for (let at = 0; at < bytes.length; at += pieceBytes) restore.write(bytes.subarray(at, at + pieceBytes));
  restore.finish();
  return store;
}

/** Small, so that they matter. */
const options: StoreOptions = { sessions: { sessionsMax: 4, idleMax: 30, requestsMax: 3 }, quota: 40_000 };

describe('a snapshot', () => {
  test('is the state of its moment, however slowly it is read while the state moves on', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const store = new Store(options);
        const open: { snapshot: StateSnapshot; pieces: Uint8Array[]; expected: Uint8Array }[] = [];
        let index = 0;
        for (const step of steps) {
          const bytes = bytesOfStep(step, index + 1, store.revision);
          if (bytes !== undefined) store.apply(bytes, ++index, 1, index);
          else if (step === 'idle') store.idle(0, () => 0);
          else if (step === 'snapshot') {
            const expected = readAll(store.snapshot(), 1 << 20);
            open.push({ snapshot: store.snapshot(), pieces: [], expected });
          } else if (step === 'release') open.shift()?.snapshot.release();
          else if (open.length > 0 && typeof step === 'object' && 'read' in step) {
            const piece = open[0]!.snapshot.next(step.read);
            if (piece !== undefined) open[0]!.pieces.push(piece);
          }
        }
        for (const { snapshot, pieces, expected } of open) {
          pieces.push(readAll(snapshot, 100));
          expect(Buffer.concat(pieces).equals(expected)).toBe(true);
        }
        while (store.idle(1, () => 0)) {}
      }),
      { numRuns: 150 },
    );
  });

  test('taken at any point and restored, has the same future', () => {
    fc.assert(
      fc.property(anySteps, fc.nat(80), fc.integer({ min: 1, max: 5000 }), (steps, moment, pieceBytes) => {
        const one = new Store(options);
        let other: Store | undefined;
        let index = 0;
        for (const [place, step] of steps.entries()) {
          if (place === moment) other = restored(readAll(one.snapshot(), 333), pieceBytes, options);
          const bytes = bytesOfStep(step, index + 1, one.revision);
          if (bytes !== undefined) {
            const applied = one.apply(bytes, ++index, 2, index);
            if (other !== undefined) {
              expect(plain(other.apply(bytes, index, 2, index))).toEqual(plain(applied));
              expect(other.bytesInUse).toBe(one.bytesInUse);
            }
          }
          // Only one of them takes apart what is compacted.
          if (step === 'idle') one.idle(0, () => 0);
          if (step === 'release') other?.idle(0, () => 0);
        }
        if (other === undefined) return;
        expect(other.appliedIndex).toBe(index);
        expect(readAll(other.snapshot(), 99_999).equals(readAll(one.snapshot(), 1234))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('holds what the model holds', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 60, size: 'max' }), (commands) => {
        const store = new Store();
        const model = new NaiveStore();
        commands.forEach((command, index) => {
          const payload = command.payload(model.revision);
          store.apply(encodeCommand({ kind: command.kind, payload }), index + 1, 1, index);
          command.expected(model, payload);
        });
        expectSame(restored(readAll(store.snapshot(), 4096), 777, {}), model);
      }),
      { numRuns: 60 },
    );
  });

  test('is refused when a bit of it is another, or a piece is missing', () => {
    const store = new Store();
    const payload = Member.encode(Member.create({ id: 5n, name: 'five' }));
    store.apply(encodeCommand({ kind: 'member-put', payload }), 1, 1, 1);
    store.apply(encodeCommand({ kind: 'session-register', payload: new Uint8Array(0) }), 2, 1, 2);
    for (let index = 3; index < 8; index++) {
      const put = Uint8Array.of(0x0a, 1, 0x60 + index, 0x12, 2, 1, 2);
      store.apply(encodeCommand({ kind: 'put', payload: put }), index, 1, index);
    }
    const bytes = readAll(store.snapshot(), 4096);
    expect(restored(bytes, 1, {}).members.get(5n)?.name).toBe('five');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => restored(flipped, 64, {})).toThrow(/the snapshot is malformed/);
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(() => restored(bytes.subarray(0, length), 64, {})).toThrow(/the snapshot is malformed/);
    }
    expect(() => restored(Buffer.concat([bytes, bytes]), 64, {})).toThrow(/the snapshot is malformed/);
  });
});

test('members with the same log have the same state, whatever they have done in idle moments', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      const busy = new Store(options);
      const lazy = new Store(options);
      let index = 0;
      for (const step of steps) {
        const bytes = bytesOfStep(step, index + 1, busy.revision);
        if (bytes === undefined) {
          busy.idle(0, () => 0);
          continue;
        }
        index++;
        const one = busy.apply(bytes, index, 1, index);
        expect(plain(lazy.apply(bytes, index, 1, index))).toEqual(plain(one));
        expect(lazy.bytesInUse).toBe(busy.bytesInUse);
      }
      while (busy.idle(1, () => 0)) {}
      expect(readAll(lazy.snapshot(), 5000).equals(readAll(busy.snapshot(), 5000))).toBe(true);
      expect(hashOf(lazy)).toBe(hashOf(busy));
    }),
    { numRuns: 100 },
  );
});

function hashOf(store: Store): number {
  const begun = store.hash(0);
  if ('refusal' in begun) throw new Error(begun.refusal.message);
  for (;;) {
    const hash = begun.response.step();
    if (hash !== undefined) return hash;
  }
}
