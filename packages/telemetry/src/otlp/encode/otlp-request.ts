import type { MessageWriter } from '@holdfast/transport/protobuf';
import type { InstrumentationScope, Resource } from '../../resource/resource.ts';
import { JsonRequest } from './json-request.ts';
import { ProtobufRequest } from './protobuf-request.ts';

/** A request of one resource that grows item by item. */
export interface OtlpRequest<Item> {
  /** How much was written so far. */
  readonly length: number;
  /** Encodes an item, which nobody has to keep then. @throws what the item throws: it is not a part of the request. */
  add(item: Item): void;
  /** The request as it goes over the wire. It begins anew afterwards. */
  finish(): Uint8Array;
}

/** What comes in requests: grouped by the scope that made it. */
export interface Scoped {
  readonly scope: InstrumentationScope;
}

/** How items of one signal are written. */
export interface ItemFormat<Item extends Scoped> {
  /** Writes the fields of an item in protobuf. */
  readonly write: (writer: MessageWriter, item: Item) => void;
  /** The item in OTLP's JSON. */
  readonly json: (item: Item) => object;
  /** What the groups and items are called in OTLP's JSON. */
  readonly names: { readonly resources: string; readonly scopes: string; readonly items: string };
}

export function otlpRequest<Item extends Scoped>(
  encoding: 'protobuf' | 'json',
  resource: Resource,
  format: ItemFormat<Item>,
): OtlpRequest<Item> {
  return encoding === 'json' ? new JsonRequest(resource, format) : new ProtobufRequest(resource, format);
}
