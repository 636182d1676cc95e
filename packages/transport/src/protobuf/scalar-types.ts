import { invalidArgument } from '@holdfast/core';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';

/** How one kind of value that is no message is written and read. */
export interface ScalarType<Value> {
  readonly wireType: 0 | 1 | 2 | 5;
  /** Not written where it stands alone: what a field holds that is not there. */
  readonly zero: Value;
  isZero(value: Value): boolean;
  write(writer: MessageWriter, value: Value): void;
  read(reader: MessageReader): Value;
}

const isZeroNumber = (value: number): boolean => value === 0;
const isZeroBigint = (value: bigint): boolean => value === 0n;
const noBytes: Uint8Array = new Uint8Array(0);
/** Where numbers are taken apart and put together: for 64 bits that is much cheaper than bigint arithmetic. */
const view: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(8));

export const bytesType: ScalarType<Uint8Array> = {
  wireType: 2,
  zero: noBytes,
  isZero: (value) => value.length === 0,
  write: (writer, value) => writer.lengthPrefixed(value),
  read: (reader) => reader.lengthPrefixed(),
};

export const stringType: ScalarType<string> = {
  wireType: 2,
  zero: '',
  isZero: (value) => value === '',
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text(),
};

export const boolType: ScalarType<boolean> = {
  wireType: 0,
  zero: false,
  isZero: (value) => !value,
  write: (writer, value) => writer.varint(value ? 1 : 0),
  read: (reader) => reader.varint64() !== 0 || reader.high !== 0,
};

export const int32Type: ScalarType<number> = {
  wireType: 0,
  zero: 0,
  isZero: isZeroNumber,
  write: (writer, value) => writer.varint64(value, value < 0 ? -1 : 0),
  read: (reader) => reader.varint32() | 0,
};

export const uint32Type: ScalarType<number> = {
  wireType: 0,
  zero: 0,
  isZero: isZeroNumber,
  write: (writer, value) => writer.varint(value >>> 0),
  read: (reader) => reader.varint32(),
};

export const sint32Type: ScalarType<number> = {
  wireType: 0,
  zero: 0,
  isZero: isZeroNumber,
  write: (writer, value) => writer.varint(((value << 1) ^ (value >> 31)) >>> 0),
  read: (reader) => {
    const value = reader.varint32();
    return (value >>> 1) ^ -(value & 1);
  },
};

export const int53Type: ScalarType<number> = {
  wireType: 0,
  zero: 0,
  isZero: isZeroNumber,
  write: (writer, value) => {
    if (!Number.isSafeInteger(value)) throw invalidArgument('value', value, 'a safe integer');
    if (value >= 0) writer.varint(value);
    else writer.varint64(value, Math.floor(value / 0x1_0000_0000));
  },
  read: (reader) => reader.int53(),
};

export const clampedInt53Type: ScalarType<number> = { ...int53Type, read: (reader) => reader.clampedInt53() };

export const uint53Type: ScalarType<number> = {
  wireType: 0,
  zero: 0,
  isZero: isZeroNumber,
  write: (writer, value) => {
    if (!Number.isSafeInteger(value) || value < 0)
      throw invalidArgument('value', value, 'a safe integer from 0');
    writer.varint(value);
  },
  read: (reader) => reader.uint53(),
};

export const int64Type: ScalarType<bigint> = {
  wireType: 0,
  zero: 0n,
  isZero: isZeroBigint,
  write: writeVarint64,
  read: (reader) => BigInt.asIntN(64, readVarint64(reader)),
};

export const uint64Type: ScalarType<bigint> = {
  wireType: 0,
  zero: 0n,
  isZero: isZeroBigint,
  write: writeVarint64,
  read: readVarint64,
};

export const sint64Type: ScalarType<bigint> = {
  wireType: 0,
  zero: 0n,
  isZero: isZeroBigint,
  write: (writer, value) => writeVarint64(writer, (value << 1n) ^ (value >> 63n)),
  read: (reader) => {
    const value = readVarint64(reader);
    return (value >> 1n) ^ -(value & 1n);
  },
};

export const fixed32Type: ScalarType<number> = {
  wireType: 5,
  zero: 0,
  isZero: isZeroNumber,
  write: (writer, value) => writer.fixed32(value),
  read: (reader) => reader.fixed32(),
};

export const sfixed32Type: ScalarType<number> = {
  wireType: 5,
  zero: 0,
  isZero: isZeroNumber,
  write: (writer, value) => writer.fixed32(value),
  read: (reader) => reader.fixed32() | 0,
};

export const fixed64Type: ScalarType<bigint> = {
  wireType: 1,
  zero: 0n,
  isZero: isZeroBigint,
  write: writeFixed64,
  read: readFixed64,
};

export const sfixed64Type: ScalarType<bigint> = {
  wireType: 1,
  zero: 0n,
  isZero: isZeroBigint,
  write: writeFixed64,
  read: (reader) => BigInt.asIntN(64, readFixed64(reader)),
};

export const floatType: ScalarType<number> = {
  wireType: 5,
  zero: 0,
  isZero: isPositiveZero,
  write: (writer, value) => {
    view.setFloat32(0, value);
    writer.fixed32(view.getUint32(0));
  },
  read: (reader) => {
    view.setUint32(0, reader.fixed32());
    return view.getFloat32(0);
  },
};

export const doubleType: ScalarType<number> = {
  wireType: 1,
  zero: 0,
  isZero: isPositiveZero,
  write: (writer, value) => {
    view.setFloat64(0, value);
    writer.fixed32(view.getUint32(4));
    writer.fixed32(view.getUint32(0));
  },
  read: (reader) => {
    view.setUint32(4, reader.fixed32());
    view.setUint32(0, reader.fixed32());
    return view.getFloat64(0);
  },
};

/** Minus zero is a value of its own. */
function isPositiveZero(value: number): boolean {
  return Object.is(value, 0);
}

function writeVarint64(writer: MessageWriter, value: bigint): void {
  view.setBigUint64(0, value);
  writer.varint64(view.getUint32(4), view.getUint32(0));
}

function readVarint64(reader: MessageReader): bigint {
  const low = reader.varint64();
  return joined(low, reader.high);
}

function writeFixed64(writer: MessageWriter, value: bigint): void {
  view.setBigUint64(0, value);
  writer.fixed32(view.getUint32(4));
  writer.fixed32(view.getUint32(0));
}

function readFixed64(reader: MessageReader): bigint {
  const low = reader.fixed32();
  return joined(low, reader.fixed32());
}

function joined(low: number, high: number): bigint {
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getBigUint64(0);
}
