import { invalidArgument } from '@holdfast/core';
import type { Field, FieldReader } from './field.ts';
import { malformedMessage } from './malformed-message.ts';
import { MessageReader } from './message-reader.ts';
import type { MessageType } from './message-type.ts';
import { MessageWriter } from './message-writer.ts';

/** A field for each property of a message's values. */
export type FieldsOf<Value> = { readonly [Name in keyof Value]-?: Field<Value[Name]> };

/**
 * Declares a message. The interface says what its values are, the declaration how they lie on the wire, and the compiler
 * holds one against the other:
 *
 *     export interface PutRequest {
 *       readonly key: Uint8Array;
 *       readonly lease: bigint;
 *     }
 *     export const PutRequest: MessageType<PutRequest> = message('etcdserverpb.PutRequest', {
 *       key: bytes(1),
 *       lease: int64(3),
 *     });
 */
export function message<Value extends object>(name: string, fields: FieldsOf<Value>): MessageType<Value> {
  return new DeclaredMessage(name, fields);
}

interface Slot {
  readonly name: string;
  readonly read: FieldReader<unknown>;
}

type Properties = Record<string, unknown>;

const writer: MessageWriter = new MessageWriter();

class DeclaredMessage<Value extends object> implements MessageType<Value> {
  readonly name: string;
  private readonly names: readonly string[];
  private readonly fields: readonly Field<unknown>[];
  /** By field number. */
  private readonly slots: (Slot | undefined)[] = [];
  private readonly absent: Properties = {};

  constructor(name: string, fields: FieldsOf<Value>) {
    this.name = name;
    this.names = Object.keys(fields);
    this.fields = Object.values(fields) as Field<unknown>[];
    this.fields.forEach((field, index) => {
      const property = this.names[index]!;
      this.absent[property] = field.absent;
      for (const [number, read] of field.readers) {
        if (this.slots[number] !== undefined)
          throw invalidArgument(property, number, `a number of its own in ${name}`);
        this.slots[number] = { name: property, read };
      }
    });
  }

  create(fields?: Partial<Value>): Value {
    return { ...(this.absent as Value), ...fields };
  }

  encode(value: Value): Uint8Array {
    try {
      this.write(writer, value);
      return writer.finish();
    } finally {
      writer.discard();
    }
  }

  decode(bytes: Uint8Array): Value {
    return this.read(new MessageReader(bytes));
  }

  write(writer: MessageWriter, value: Value): void {
    const { names, fields } = this;
    for (let index = 0; index < fields.length; index++) {
      fields[index]!.write(writer, (value as Properties)[names[index]!]);
    }
  }

  read(reader: MessageReader, value?: Value): Value {
    const { slots } = this;
    const properties = (value as Properties | undefined) ?? { ...this.absent };
    while (reader.position < reader.end) {
      const tag = reader.varint32();
      const number = tag >>> 3;
      const slot = number < slots.length ? slots[number] : undefined;
      if (slot !== undefined) properties[slot.name] = slot.read(reader, tag, properties[slot.name]);
      else if (number === 0) throw malformedMessage('field number 0', reader.position);
      else reader.skip(tag);
    }
    return properties as Value;
  }
}
