import type { MessageReader } from '@holdfast/transport/protobuf';

/** Calls `visit` within each field of this tag, which has to read it to its end, and passes over the others. */
export function forEachWithin(reader: MessageReader, wanted: number, visit: () => void): void {
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag !== wanted) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    visit();
    reader.leave(outer);
  }
}

/** What `json` makes of each field of this tag, as elements of a list. What it makes nothing of is left out. */
export function elementsJson(
  reader: MessageReader,
  body: Buffer,
  wanted: number,
  json: (reader: MessageReader, body: Buffer) => string,
): string {
  let elements = '';
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag !== wanted) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    const element = json(reader, body);
    reader.leave(outer);
    if (element !== '') elements += elements === '' ? element : `,${element}`;
  }
  return elements;
}
