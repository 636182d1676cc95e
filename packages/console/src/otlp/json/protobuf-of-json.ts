import { MessageWriter } from '@holdfast/transport/protobuf';
import { consoleErrors } from '../../console-errors.ts';
import type { Signal } from '../signal.ts';
import { checkJsonSize } from './check-json-size.ts';
import { type JsonField, type JsonMessage, requests, type Scalar } from './otlp-fields.ts';

/**
 * A request of OTLP's JSON as the same request in protobuf, so that one decoder makes all batches. Fields that no batch has
 * are left out.
 *
 * @throws HoldfastError TELEMETRY_MALFORMED, which names the field; TELEMETRY_TOO_LARGE.
 */
export function protobufOfJson(signal: Signal, text: Buffer): Buffer {
  checkJsonSize(text);
  return protobufOfParsed(signal, parse(text));
}

/** The same for JSON that is parsed already. */
export function protobufOfParsed(signal: Signal, request: unknown): Buffer {
  const transcoder = new Transcoder();
  transcoder.message(requests[signal], request);
  const bytes = transcoder.writer.finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch (error) {
    throw consoleErrors.create('TELEMETRY_MALFORMED', {
      message: `the body is no JSON: ${(error as Error).message}`,
      cause: error,
      stack: false,
    });
  }
}

/** Protobuf's wire types, by what is written. */
const wireTypes: Readonly<Record<Scalar, number>> = {
  string: 2,
  bytes: 2,
  id: 2,
  bool: 0,
  uint32: 0,
  sint32: 0,
  int64: 0,
  uint64: 0,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
};

const twoPow64 = 1n << 64n;
const twoPow63 = 1n << 63n;
const twoPow32 = 0x1_0000_0000;
const view = new DataView(new ArrayBuffer(8));

class Transcoder {
  readonly writer = new MessageWriter();
  /** Where in the request it is, for errors. */
  readonly #path: (string | number)[] = [];

  message(fields: JsonMessage, value: unknown): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#malformed(value, 'an object');
    }
    for (const [name, content] of Object.entries(value)) {
      const field = fields.get(name);
      if (field === undefined || content === null) continue;
      this.#path.push(name);
      if (field.repeated) this.#list(field, content);
      else this.#single(field, content);
      this.#path.pop();
    }
  }

  #list(field: JsonField, values: unknown): void {
    if (!Array.isArray(values)) throw this.#malformed(values, 'a list');
    for (const [index, value] of values.entries()) {
      this.#path.push(index);
      this.#single(field, value);
      this.#path.pop();
    }
  }

  #single({ number, type }: JsonField, value: unknown): void {
    const { writer } = this;
    if (typeof type === 'string') {
      writer.varint((number << 3) | wireTypes[type]);
      this.#scalar(type, value);
      return;
    }
    writer.varint((number << 3) | 2);
    const opened = writer.openLength(1);
    this.message(type(), value);
    writer.closeLength(opened, 1);
  }

  #scalar(type: Scalar, value: unknown): void {
    const { writer } = this;
    switch (type) {
      case 'string':
        if (typeof value !== 'string') throw this.#malformed(value, 'a text');
        writer.text(value);
        break;
      case 'id':
        if (typeof value !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(value)) {
          throw this.#malformed(value, 'hexadecimal digits');
        }
        writer.lengthPrefixed(Buffer.from(value, 'hex'));
        break;
      case 'bytes':
        if (typeof value !== 'string') throw this.#malformed(value, 'a text in base64');
        writer.lengthPrefixed(Buffer.from(value, 'base64'));
        break;
      case 'bool':
        if (typeof value !== 'boolean') throw this.#malformed(value, 'true or false');
        writer.varint(value ? 1 : 0);
        break;
      case 'uint32':
        writer.varint(this.#integer(value, 0, twoPow32 - 1));
        break;
      case 'sint32': {
        const integer = this.#integer(value, -(2 ** 31), 2 ** 31 - 1);
        writer.varint(((integer << 1) ^ (integer >> 31)) >>> 0);
        break;
      }
      case 'int64':
        this.#wide(value, -twoPow63, twoPow63, (low, high) => writer.varint64(low, high));
        break;
      case 'uint64':
        this.#wide(value, 0n, twoPow64, (low, high) => writer.varint64(low, high));
        break;
      case 'fixed64':
        this.#wide(value, 0n, twoPow64, writeFixed64(writer));
        break;
      case 'sfixed64':
        this.#wide(value, -twoPow63, twoPow63, writeFixed64(writer));
        break;
      case 'double':
        view.setFloat64(0, this.#double(value), true);
        writer.fixed32(view.getUint32(0, true));
        writer.fixed32(view.getUint32(4, true));
        break;
    }
  }

  #integer(value: unknown, min: number, max: number): number {
    const integer = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
    if (typeof integer !== 'number' || !Number.isInteger(integer) || integer < min || integer > max) {
      throw this.#malformed(value, `a whole number from ${min} to ${max}`);
    }
    return integer;
  }

  /** An integer of 64 bits, from `min` and below `end`, as its halves. */
  #wide(value: unknown, min: bigint, end: bigint, write: (low: number, high: number) => void): void {
    const isText = typeof value === 'string' && /^-?\d{1,20}$/.test(value);
    const number = isText ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number)) {
      throw this.#malformed(value, 'a whole number, as one or as a text');
    }
    if (Number.isSafeInteger(number) && (number >= 0 || min < 0n)) {
      write(number >>> 0, Math.floor(number / twoPow32));
      return;
    }
    const wide = BigInt(value as string | number);
    if (wide < min || wide >= end) throw this.#malformed(value, `a whole number from ${min} to ${end - 1n}`);
    write(Number(wide & 0xffffffffn), Number((wide >> 32n) & 0xffffffffn));
  }

  #double(value: unknown): number {
    if (typeof value === 'number') return value;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
    if (Number.isNaN(number) && value !== 'NaN') throw this.#malformed(value, 'a number');
    return number;
  }

  #malformed(value: unknown, expected: string): Error {
    const path = this.#path
      .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
      .join('');
    const where = path === '' ? 'the body' : path;
    return consoleErrors.create('TELEMETRY_MALFORMED', {
      message: `${where} is ${shown(value)}, but must be ${expected}`,
      context: { field: path, expected },
      stack: false,
    });
  }
}

function writeFixed64(writer: MessageWriter): (low: number, high: number) => void {
  return (low, high) => {
    writer.fixed32(low);
    writer.fixed32(high);
  };
}

/** Enough of a value to know it again. Telemetry may hold what is nobody's business, so texts are not shown. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (typeof value === 'number') return `${value}`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : `${value}`;
}
