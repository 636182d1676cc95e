import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Command, decodeCommand, encodeCommand } from './command.ts';

const uint48 = fc.maxSafeNat().map((value) => value % 0x1_0000_0000_0000);

const anyCommand: fc.Arbitrary<Command> = fc.record({
  kind: fc.constantFrom<Command['kind']>('put', 'txn', 'auth', 'session-close'),
  session: fc.option(fc.record({ id: uint48, sequence: uint48, answeredBelow: uint48 }), {
    nil: undefined,
  }),
  auth: fc.option(fc.record({ user: fc.string({ unit: 'grapheme' }), revision: uint48 }), { nil: undefined }),
  payload: fc.uint8Array(),
});

describe('command', () => {
  test('is decoded as it was encoded', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        expect(decodeCommand(encodeCommand(command))).toEqual(command);
      }),
    );
  });

  test('has bytes that stay as they are, since logs outlive versions', () => {
    const bytes = encodeCommand({
      kind: 'lease-revoke',
      session: { id: 1, sequence: 0x0102_0304_0506, answeredBelow: 3 },
      auth: { user: 'ab', revision: 7 },
      payload: Uint8Array.of(0xff),
    });
    expect(Buffer.from(bytes).toString('hex')).toBe(
      `010503${'000000000001'}${'010203040506'}${'000000000003'}${'0002'}${'6162'}${'000000000007'}ff`,
    );
  });

  test.each([
    ['of another version', [2, 0, 0]],
    ['of an unknown kind', [1, 200, 0]],
    ['with an unknown flag', [1, 0, 4]],
    ['cut short', [1, 0, 1, 0, 0]],
    ['of no bytes', []],
  ])('%s breaks an invariant', (_, bytes) => {
    expect(() => decodeCommand(Uint8Array.from(bytes))).toThrow(/a command of/);
  });
});
