import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';

/** A field of a message, or a `oneof` of several: one property of the message's values. */
export interface Field<Value> {
  /** What the property holds when the field is not there. */
  readonly absent: Value;
  readonly write: (writer: MessageWriter, value: Value) => void;
  /** By the number of the field; more than one for a `oneof`. */
  readonly readers: ReadonlyMap<number, FieldReader<Value>>;
  /** As what it is an element of a list. */
  readonly element: Element<NonNullable<Value>> | undefined;
}

/** What the property holds once the field's value behind `tag` is read; `current` is what it held before. */
export type FieldReader<Value> = (reader: MessageReader, tag: number, current: Value) => Value;

/** How one of many values under one field number is written and read. */
export interface Element<Value> {
  readonly number: number;
  readonly wireType: 0 | 1 | 2 | 5;
  readonly write: (writer: MessageWriter, value: Value) => void;
  /** `earlier` is the same field's value from before, which a message merges with. */
  readonly read: (reader: MessageReader, earlier?: Value) => Value;
}
