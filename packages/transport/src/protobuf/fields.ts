import { invalidArgument } from '@holdfast/core';
import type { Element, Field } from './field.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageType } from './message-type.ts';
import type { MessageWriter } from './message-writer.ts';
import * as scalars from './scalar-types.ts';

/** Not written while it is the type's zero. */
export const bool = (number: number): Field<boolean> => scalar(number, scalars.boolType);
export const string = (number: number): Field<string> => scalar(number, scalars.stringType);
export const bytes = (number: number): Field<Uint8Array> => scalar(number, scalars.bytesType);
export const int32 = (number: number): Field<number> => scalar(number, scalars.int32Type);
export const uint32 = (number: number): Field<number> => scalar(number, scalars.uint32Type);
export const sint32 = (number: number): Field<number> => scalar(number, scalars.sint32Type);
export const fixed32 = (number: number): Field<number> => scalar(number, scalars.fixed32Type);
export const sfixed32 = (number: number): Field<number> => scalar(number, scalars.sfixed32Type);
export const float = (number: number): Field<number> => scalar(number, scalars.floatType);
export const double = (number: number): Field<number> => scalar(number, scalars.doubleType);
export const int64 = (number: number): Field<bigint> => scalar(number, scalars.int64Type);
export const uint64 = (number: number): Field<bigint> => scalar(number, scalars.uint64Type);
export const sint64 = (number: number): Field<bigint> => scalar(number, scalars.sint64Type);
export const fixed64 = (number: number): Field<bigint> => scalar(number, scalars.fixed64Type);
export const sfixed64 = (number: number): Field<bigint> => scalar(number, scalars.sfixed64Type);
/** An `int64` whose values a JavaScript number holds exactly; reading one beyond is MALFORMED_MESSAGE. */
export const int53 = (number: number): Field<number> => scalar(number, scalars.int53Type);
/**
 * The same, but what is beyond is read as the last safe integer in its direction: for bounds and limits, where that means
 * the same.
 */
export const clampedInt53 = (number: number): Field<number> => scalar(number, scalars.clampedInt53Type);
/** As `int53`, for a `uint64`. */
export const uint53 = (number: number): Field<number> => scalar(number, scalars.uint53Type);
/** Any number may arrive, also one that its declaration does not name. */
export const enumeration = (number: number): Field<number> => scalar(number, scalars.int32Type);

/** A message within the message; undefined when it is not there. Give a function where types refer to each other. */
export function nested<Value extends object>(
  number: number,
  type: MessageType<Value> | (() => MessageType<Value>),
): Field<Value | undefined> {
  return whole(nestedElement(number, type));
}

/** Tells a value that is not there (undefined) from a zero: proto3's `optional`. */
export function optional<Value extends {}>(field: Field<Value>): Field<Value | undefined> {
  return whole(elementOf(field) as unknown as Element<Value>);
}

/** Any number of values. Numbers are written packed, and read either way. */
export function repeated<Value>(field: Field<Value>): Field<readonly NonNullable<Value>[]> {
  type One = NonNullable<Value>;
  const element: Element<One> = elementOf(field);
  const { number, wireType } = element;
  const tag = tagOf(number, wireType);
  const packedTag = tagOf(number, 2);
  const packable = wireType !== 2;
  const none: readonly One[] = Object.freeze([]);
  let packedLengthBytes = 1;
  return {
    absent: none,
    element: undefined,
    write: (writer, values) => {
      if (values.length === 0) return;
      if (packable) {
        writer.varint(packedTag);
        const opened = writer.openLength(packedLengthBytes);
        for (const value of values) element.write(writer, value);
        packedLengthBytes = writer.closeLength(opened, packedLengthBytes);
        return;
      }
      for (let index = 0; index < values.length; index++) {
        writer.varint(tag);
        element.write(writer, values[index]!);
      }
    },
    readers: new Map([
      [
        number,
        (reader, found, current) => {
          const values = current === none ? [] : (current as One[]);
          if (found === tag) values.push(element.read(reader));
          else if (found === packedTag) {
            const outer = reader.enter();
            while (reader.position < reader.end) values.push(element.read(reader));
            reader.leave(outer);
          } else reader.skip(found);
          return values;
        },
      ],
    ]),
  };
}

type Present = NonNullable<unknown>;

/** Which field of a `oneof` is set, and to what; undefined when none is. */
export type Oneof<Values> =
  | {
      readonly [Case in keyof Values]: { readonly case: Case; readonly value: NonNullable<Values[Case]> };
    }[keyof Values]
  | undefined;

/** At most one of `fields`. */
export function oneof<Values extends object>(
  fields: {
    readonly [Case in keyof Values]: Field<Values[Case]>;
  },
): Field<Oneof<Values>> {
  type Value = Oneof<Values>;
  const elements = new Map<PropertyKey, Element<Present>>();
  for (const name of Object.keys(fields) as (keyof Values)[]) {
    elements.set(name, elementOf(fields[name] as unknown as Field<Present>));
  }
  return {
    absent: undefined,
    element: undefined,
    write: (writer, value) => {
      if (value === undefined) return;
      const element = elements.get(value.case);
      if (element === undefined) throw invalidArgument('case', value.case, 'a field of the oneof');
      writer.varint(tagOf(element.number, element.wireType));
      element.write(writer, value.value as Present);
    },
    readers: new Map(
      Array.from(elements, ([name, element]) => {
        const tag = tagOf(element.number, element.wireType);
        const read = (reader: MessageReader, found: number, current: Value): Value => {
          if (found !== tag) {
            reader.skip(found);
            return current;
          }
          const earlier = current?.case === name ? (current.value as Present) : undefined;
          return { case: name, value: element.read(reader, earlier) } as Value;
        };
        return [element.number, read];
      }),
    ),
  };
}

function scalar<Value extends {}>(number: number, type: scalars.ScalarType<Value>): Field<Value> {
  checkNumber(number);
  const tag = tagOf(number, type.wireType);
  return {
    absent: type.zero,
    element: { number, wireType: type.wireType, write: type.write, read: type.read } as Element<
      NonNullable<Value>
    >,
    write: (writer, value) => {
      if (type.isZero(value)) return;
      writer.varint(tag);
      type.write(writer, value);
    },
    readers: new Map([
      [
        number,
        (reader, found, current) => {
          if (found === tag) return type.read(reader);
          reader.skip(found);
          return current;
        },
      ],
    ]),
  };
}

/** A field that is written whenever it is there. */
function whole<Value extends {}>(element: Element<Value>): Field<Value | undefined> {
  const tag = tagOf(element.number, element.wireType);
  return {
    absent: undefined,
    element: element as unknown as Element<NonNullable<Value>>,
    write: (writer, value) => {
      if (value === undefined) return;
      writer.varint(tag);
      element.write(writer, value);
    },
    readers: new Map([
      [
        element.number,
        (reader, found, current) => {
          if (found === tag) return element.read(reader, current);
          reader.skip(found);
          return current;
        },
      ],
    ]),
  };
}

function nestedElement<Value extends object>(
  number: number,
  type: MessageType<Value> | (() => MessageType<Value>),
): Element<Value> {
  checkNumber(number);
  // What the last such message needed is the best guess at what the next one needs.
  let guess = 1;
  let known = typeof type === 'function' ? undefined : type;
  const resolve = (): MessageType<Value> => {
    known ??= (type as () => MessageType<Value>)();
    return known;
  };
  return {
    number,
    wireType: 2,
    write: (writer: MessageWriter, value) => {
      // The field may occur again within itself, and move the guess meanwhile.
      const guessed = guess;
      const opened = writer.openLength(guessed);
      (known ?? resolve()).write(writer, value);
      guess = writer.closeLength(opened, guessed);
    },
    read: (reader, earlier) => {
      const outer = reader.enter();
      const value = (known ?? resolve()).read(reader, earlier);
      reader.leave(outer);
      return value;
    },
  };
}

function elementOf<Value>(field: Field<Value>): Element<NonNullable<Value>> {
  if (field.element === undefined) throw invalidArgument('field', field, 'a single scalar or message field');
  return field.element;
}

function checkNumber(number: number): void {
  if (!Number.isInteger(number) || number < 1 || number >= 2 ** 29)
    throw invalidArgument('number', number, 'a protobuf field number from 1 to 536870911');
}

function tagOf(number: number, wireType: number): number {
  return ((number << 3) | wireType) >>> 0;
}
