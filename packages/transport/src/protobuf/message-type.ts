import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';

/** A protobuf message: how its values are written and read. Declared once, in TypeScript, with `message({...})`. */
export interface MessageType<Value> {
  readonly name: string;
  /** All fields at their defaults, overlaid with `fields`. */
  create(fields?: Partial<Value>): Value;
  /** The bytes are a view: they share a buffer with other messages, and nobody writes to them again. */
  encode(value: Value): Uint8Array;
  /**
   * Unknown fields are skipped; fields that are not there have their defaults. `bytes` fields are views of `bytes`.
   *
   * @throws HoldfastError MALFORMED_MESSAGE.
   */
  decode(bytes: Uint8Array): Value;
  /** Writes the fields of `value` behind what the writer holds, for who frames messages or nests them. */
  write(writer: MessageWriter, value: Value): void;
  /** Reads fields up to the reader's end, over those of `value` when the message began earlier. */
  read(reader: MessageReader, value?: Value): Value;
}
