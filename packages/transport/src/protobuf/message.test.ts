import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import {
  bool,
  bytes,
  clampedInt53,
  double,
  enumeration,
  fixed32,
  fixed64,
  float,
  int32,
  int53,
  int64,
  MessageReader,
  type MessageType,
  MessageWriter,
  message,
  nested,
  type Oneof,
  oneof,
  optional,
  repeated,
  sfixed32,
  sfixed64,
  sint32,
  sint64,
  string,
  uint32,
  uint53,
  uint64,
} from './index.ts';

interface Everything {
  readonly flag: boolean;
  readonly text: string;
  readonly blob: Uint8Array;
  readonly i32: number;
  readonly u32: number;
  readonly s32: number;
  readonly f32: number;
  readonly sf32: number;
  readonly i53: number;
  readonly u53: number;
  readonly i64: bigint;
  readonly u64: bigint;
  readonly s64: bigint;
  readonly f64: bigint;
  readonly sf64: bigint;
  readonly single: number;
  readonly real: number;
  readonly colour: number;
  readonly maybe: number | undefined;
  readonly self: Everything | undefined;
  readonly selves: readonly Everything[];
  readonly numbers: readonly number[];
  readonly wide: readonly bigint[];
  readonly reals: readonly number[];
  readonly texts: readonly string[];
  readonly choice: Oneof<{ readonly small: number; readonly deep: Everything; readonly raw: Uint8Array }>;
}

const Everything: MessageType<Everything> = message('test.Everything', {
  flag: bool(1),
  text: string(2),
  blob: bytes(3),
  i32: int32(4),
  u32: uint32(5),
  s32: sint32(6),
  f32: fixed32(7),
  sf32: sfixed32(8),
  i53: int53(9),
  u53: uint53(10),
  i64: int64(11),
  u64: uint64(12),
  s64: sint64(13),
  f64: fixed64(14),
  sf64: sfixed64(15),
  single: float(16),
  real: double(17),
  colour: enumeration(18),
  maybe: optional(int32(19)),
  self: nested(20, () => Everything),
  selves: repeated(nested(21, () => Everything)),
  numbers: repeated(sint32(22)),
  wide: repeated(uint64(23)),
  reals: repeated(double(24)),
  texts: repeated(string(25)),
  choice: oneof({
    small: uint32(26),
    deep: nested(27, () => Everything),
    raw: bytes(3000),
  }),
});

/** The same message as its peer reads it from a `.proto` file. */
const peer = protobuf
  .parse(
    `syntax = "proto3";
  package test;
  enum Colour { NONE = 0; RED = 1; }
  message Everything {
    bool flag = 1; string text = 2; bytes blob = 3;
    int32 i32 = 4; uint32 u32 = 5; sint32 s32 = 6; fixed32 f32 = 7; sfixed32 sf32 = 8;
    int64 i53 = 9; uint64 u53 = 10; int64 i64 = 11; uint64 u64 = 12; sint64 s64 = 13;
    fixed64 f64 = 14; sfixed64 sf64 = 15; float single = 16; double real = 17; Colour colour = 18;
    optional int32 maybe = 19;
    Everything self = 20; repeated Everything selves = 21;
    repeated sint32 numbers = 22; repeated uint64 wide = 23; repeated double reals = 24; repeated string texts = 25;
    oneof choice { uint32 small = 26; Everything deep = 27; bytes raw = 3000; }
  }`,
    { keepCase: true },
  )
  .root.lookupType('test.Everything');

type PeerObject = Record<string, unknown>;

/** A value in the form that its peer takes and gives: 64-bit integers as text, a `oneof` as one of its properties. */
function toPeer(value: Everything): PeerObject {
  const { choice, self, selves, maybe, ...plain } = value;
  const object: PeerObject = { ...plain };
  for (const name of ['i53', 'u53', 'i64', 'u64', 's64', 'f64', 'sf64']) object[name] = `${object[name]}`;
  object['wide'] = value.wide.map(String);
  if (maybe !== undefined) object['maybe'] = maybe;
  if (self !== undefined) object['self'] = toPeer(self);
  object['selves'] = selves.map(toPeer);
  if (choice !== undefined)
    object[choice.case] = choice.case === 'deep' ? toPeer(choice.value) : choice.value;
  return object;
}

function fromPeerBytes(encoded: Uint8Array): PeerObject {
  return withoutDefaults(peer.toObject(peer.decode(encoded), { longs: String, arrays: true, bytes: Array }));
}

/** Leaves out what stands for nothing, and writes bytes as lists, so that both sides compare. */
function withoutDefaults(object: PeerObject): PeerObject {
  const clean: PeerObject = {};
  for (const [name, value] of Object.entries(object)) {
    const explicit = ['maybe', 'small', 'raw', 'deep', 'self'].includes(name);
    if (!explicit && (value === false || value === '' || Object.is(value, 0) || value === '0')) continue;
    if (value instanceof Uint8Array || (Array.isArray(value) && ['blob', 'raw'].includes(name))) {
      if (explicit || value.length > 0) clean[name] = Array.from(value);
    } else if (Array.isArray(value)) {
      if (value.length > 0) clean[name] = value.map((one) => (isObject(one) ? withoutDefaults(one) : one));
    } else clean[name] = isObject(value) ? withoutDefaults(value) : value;
  }
  return clean;
}

function isObject(value: unknown): value is PeerObject {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const u32 = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const i64 = fc.oneof(
  fc.bigInt({ min: -3n, max: 300n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const u64 = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 40, maxLength: 300 }));
const blob = fc.oneof(fc.uint8Array(), fc.uint8Array({ minLength: 100, maxLength: 20_000 }));

const { value: everything } = fc.letrec<{ value: Everything }>((tie) => ({
  value: fc
    .record<Everything>(
      {
        flag: fc.boolean(),
        text,
        blob,
        i32,
        u32,
        s32: i32,
        f32: u32,
        sf32: i32,
        i53: fc.maxSafeInteger(),
        u53: fc.maxSafeNat(),
        i64,
        u64,
        s64: i64,
        f64: u64,
        sf64: i64,
        single: fc.float(),
        real: fc.double(),
        colour: fc.constantFrom(0, 1, 7),
        maybe: fc.option(i32, { nil: undefined }),
        self: fc.option(tie('value'), { nil: undefined, depthSize: 'small', maxDepth: 3 }),
        selves: fc.array(tie('value'), { maxLength: 3, depthIdentifier: 'deep', size: 'xsmall' }),
        numbers: fc.array(i32, { maxLength: 100 }),
        wide: fc.array(u64),
        reals: fc.array(fc.double()),
        texts: fc.array(text),
        choice: fc.oneof(
          { depthIdentifier: 'deep' },
          fc.constant(undefined),
          fc.record({ case: fc.constant('small' as const), value: u32 }),
          fc.record({ case: fc.constant('raw' as const), value: blob }),
          fc.record({ case: fc.constant('deep' as const), value: tie('value') }),
        ),
      },
      { requiredKeys: [], noNullPrototype: true },
    )
    .map((fields) => Everything.create(fields)),
}));

describe('a declared message', () => {
  it('is what protobufjs reads and writes for the same .proto text', () => {
    fc.assert(
      fc.property(everything, (value) => {
        const expected = withoutDefaults(toPeer(value));
        expect(fromPeerBytes(Everything.encode(value))).toEqual(expected);
        expect(Everything.encode(value)).toHaveLength(peer.encode(peer.fromObject(expected)).finish().length);
        const theirs = peer.encode(peer.fromObject(toPeer(value))).finish();
        expect(withoutDefaults(toPeer(Everything.decode(theirs)))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('has its defaults where a field is not there', () => {
    const empty = Everything.decode(new Uint8Array(0));
    expect(empty).toEqual(Everything.create());
    expect(empty).toMatchObject({
      flag: false,
      text: '',
      i64: 0n,
      maybe: undefined,
      selves: [],
      choice: undefined,
    });
    expect(Everything.encode(empty)).toHaveLength(0);
  });

  it('tells an optional zero, and a zero in a oneof, from nothing', () => {
    const value = Everything.create({ maybe: 0, choice: { case: 'small', value: 0 } });
    expect(Everything.decode(Everything.encode(value))).toEqual(value);
  });

  it('gives bytes as views, not copies', () => {
    const encoded = Everything.encode(Everything.create({ blob: Uint8Array.of(1, 2, 3) }));
    expect(Everything.decode(encoded).blob.buffer).toBe(encoded.buffer);
  });

  it('leaves encoded messages alone when the next ones are written', () => {
    const values = Array.from({ length: 200 }, (_, index) =>
      Everything.create({ i53: index, blob: new Uint8Array(5 * index) }),
    );
    const encoded = values.map((value) => Everything.encode(value));
    encoded.forEach((bytes, index) => {
      expect(Everything.decode(bytes)).toEqual(values[index]);
    });
  });

  it('is whole again after a message that could not be written', () => {
    const value = Everything.create({ text: 'x', i53: 2 });
    expect(() => Everything.encode(Everything.create({ text: 'left over', i53: 1.5 }))).toThrow(
      'safe integer',
    );
    expect(Everything.decode(Everything.encode(value))).toEqual(value);
  });

  it('refuses two fields of one number', () => {
    expect(() => message<{ a: number; b: number }>('test.Twice', { a: int32(1), b: int32(1) })).toThrow(
      'test.Twice',
    );
  });

  it('reads a bound beyond what a number holds as the last one that it holds', () => {
    const bound = message<{ bound: number }>('test.Bound', { bound: clampedInt53(11) });
    for (const value of [0n, -1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 53n), -(2n ** 63n)]) {
      const encoded = Everything.encode(Everything.create({ i64: value }));
      const max = BigInt(Number.MAX_SAFE_INTEGER);
      const nearest = value > max ? max : value < -max ? -max : value;
      expect(BigInt(bound.decode(encoded).bound)).toBe(nearest);
    }
  });

  it('merges a message that comes in pieces, as protobuf demands', () => {
    const first = Everything.encode(Everything.create({ self: Everything.create({ i32: 1, numbers: [1] }) }));
    const second = Everything.encode(
      Everything.create({ self: Everything.create({ u32: 2, numbers: [2] }) }),
    );
    const { self } = Everything.decode(Buffer.concat([first, second]));
    const whole = Everything.create({ i32: 1, u32: 2, numbers: [1, 2] });
    expect(self).toEqual(whole);
    const choices = [first, second].map((encoded) => {
      const value = Everything.decode(encoded).self!;
      return Everything.encode(Everything.create({ choice: { case: 'deep', value } }));
    });
    expect(Everything.decode(Buffer.concat(choices)).choice).toEqual({ case: 'deep', value: whole });
    const other = Everything.encode(Everything.create({ choice: { case: 'small', value: 3 } }));
    expect(Everything.decode(Buffer.concat([choices[0]!, other])).choice).toEqual({
      case: 'small',
      value: 3,
    });
  });

  it('reads numbers packed and one by one, in any mixture', () => {
    const single = varint(22 << 3);
    const packed = varint((22 << 3) | 2);
    const encoded = Uint8Array.of(...single, 2, ...packed, 2, 4, 6, ...single, 8);
    expect(Everything.decode(encoded).numbers).toEqual([1, 2, 3, 4]);
  });

  it('skips fields that it does not know, and known ones of another wire type', () => {
    const known = Everything.encode(Everything.create({ i32: 5 }));
    const unknown = [
      [...varint(4000 << 3), 1],
      [...varint((4000 << 3) | 1), 1, 2, 3, 4, 5, 6, 7, 8],
      [...varint((4000 << 3) | 2), 2, 9, 9],
      [...varint((4000 << 3) | 5), 1, 2, 3, 4],
      [
        ...varint((4000 << 3) | 3),
        ...varint((7 << 3) | 3),
        ...varint((7 << 3) | 4),
        ...varint((4000 << 3) | 4),
      ],
      [(4 << 3) | 2, 1, 0],
    ].flat();
    expect(Everything.decode(Uint8Array.of(...unknown, ...known, ...unknown))).toEqual(
      Everything.create({ i32: 5 }),
    );
  });

  it('is whole wherever the end of a buffer falls', () => {
    const small = Everything.create({ self: Everything.create({ text: 'x' }) });
    const raw = (value: Uint8Array) => Everything.create({ choice: { case: 'raw', value } });
    const values = [
      Everything.create({ self: raw(new Uint8Array(200)) }),
      Everything.create({ i32: 7, self: Everything.create() }),
      Everything.create({ i32: 7, texts: ['', ''] }),
      raw(Uint8Array.of(1)),
    ];
    for (const value of values) {
      for (let room = 0; room < 300; room++) {
        const writer = new MessageWriter();
        writer.skip(65_536 - room);
        writer.finish();
        // The length of the next one is guessed too short.
        Everything.encode(small);
        Everything.write(writer, value);
        expect(Everything.decode(writer.finish())).toEqual(value);
      }
    }
  });

  it('stands alone behind what a frame puts before it', () => {
    const writer = new MessageWriter();
    const value = Everything.create({ text: 'framed', blob: new Uint8Array(9_000) });
    writer.skip(5);
    Everything.write(writer, value);
    const frame = writer.finish();
    expect(Everything.decode(frame.subarray(5))).toEqual(value);
    expect(Everything.read(new MessageReader(frame.subarray(5)))).toEqual(value);
  });
});

describe('malformed bytes', () => {
  const malformed = expect.objectContaining({ code: 'MALFORMED_MESSAGE' });

  it('are refused with a typed error, or read as something that can be written', () => {
    const mutated = fc.tuple(
      everything,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
      fc.nat(),
    );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated.map(mutate)), (encoded) => {
        try {
          Everything.encode(Everything.decode(encoded));
        } catch (error) {
          expect(error).toEqual(malformed);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a varint of eleven bytes', [0x20, ...Array(10).fill(0xff), 1]],
    ['a varint cut short', [0x20, 0x80]],
    ['bytes beyond the end', [(3 << 3) | 2, 5, 1]],
    ['a length of four gigabytes', [(3 << 3) | 2, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    [
      'a message beyond the end of the message around it',
      [...varint((20 << 3) | 2), 2, (3 << 3) | 2, 9, 0, 0],
    ],
    ['a message beyond the end', [...varint((20 << 3) | 2), 5, 4 << 3, 1]],
    [
      'a message that takes from what is behind the message around it',
      [...varint((20 << 3) | 2), 3, ...varint((20 << 3) | 2), 4, 4 << 3, 1, 4 << 3, 2],
    ],
    ['wire type 6', [(3 << 3) | 6]],
    ['a group that ends without having begun', [(9 << 3) | 4]],
    ['a group without an end', [...varint((900 << 3) | 3)]],
    ['field number 0', [0, 0]],
    ['an integer beyond 53 bits', [(9 << 3) | 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['text that is not UTF-8', [(2 << 3) | 2, 1, 0xff]],
  ])('%s', (_, encoded) => {
    expect(() => Everything.decode(Uint8Array.from(encoded))).toThrow(malformed);
  });

  it('cannot exhaust the stack', () => {
    let encoded: number[] = [];
    for (let depth = 0; depth < 101; depth++)
      encoded = [...varint((20 << 3) | 2), ...varint(encoded.length), ...encoded];
    expect(() => Everything.decode(Uint8Array.from(encoded))).toThrow(malformed);
    const groups = Uint8Array.from({ length: 10_000 }, () => (1 << 3) | 3);
    expect(() => message('test.Empty', {}).decode(groups)).toThrow(malformed);
  });
});

function mutate([value, changes, cut]: [Everything, [number, number][], number]): Uint8Array {
  const encoded = Uint8Array.from(Everything.encode(value));
  for (const [at, byte] of changes) encoded[at % Math.max(encoded.length, 1)] = byte;
  return cut % 3 === 0 ? encoded.subarray(0, cut % (encoded.length + 1)) : encoded;
}

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) out.push((rest & 127) | 128);
  out.push(rest);
  return out;
}
