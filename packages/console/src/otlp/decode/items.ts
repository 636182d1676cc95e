import type { MessageReader } from '@holdfast/transport/protobuf';
import { forEachWithin } from './fields.ts';
import type { ResourceTable } from './resource-table.ts';
import { textOf } from './text-of.ts';
import type { TextTable } from './text-table.ts';

/** Whose an item is: indexes into the resources and the texts of its batch. */
export interface ItemOrigin {
  resource: number;
  scope: number;
}

/**
 * Walks a request down to its items, which requests of all signals hold by resource, and within that by scope. `take` is
 * called for each with the reader standing within it, and has to read it to its end.
 *
 * @throws HoldfastError MALFORMED_MESSAGE, TELEMETRY_TOO_LARGE.
 */
export function forEachItem(
  reader: MessageReader,
  body: Buffer,
  resources: ResourceTable,
  texts: TextTable,
  take: (origin: Readonly<ItemOrigin>) => void,
): void {
  const origin: ItemOrigin = { resource: 0, scope: 0 };
  forEachWithin(reader, 0x0a, () => {
    // What applies to the items may stand behind them.
    const group = reader.position;
    origin.resource = resources.indexOf(reader);
    reader.position = group;
    forEachWithin(reader, 0x12, () => {
      const scopeGroup = reader.position;
      origin.scope = texts.indexOf(scopeName(reader, body));
      reader.position = scopeGroup;
      forEachWithin(reader, 0x12, () => take(origin));
    });
  });
}

/** The name of the scope of a group (`ScopeSpans` and the like) that the reader stands within. */
function scopeName(reader: MessageReader, body: Buffer): string {
  let name = '';
  forEachWithin(reader, 0x0a, () => {
    while (reader.position < reader.end) {
      const tag = reader.varint32();
      if (tag === 0x0a) name = textOf(body, reader.pass(), reader.position);
      else reader.skip(tag);
    }
  });
  return name;
}
