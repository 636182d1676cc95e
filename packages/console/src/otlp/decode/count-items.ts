import { MessageReader } from '@holdfast/transport/protobuf';
import { consoleErrors } from '../../console-errors.ts';

/** Tags that lead from a request to its items, level by level. */
export type ItemPath = readonly (readonly number[])[];

/** Resource groups, scope groups, items: the same in requests of spans and of logs. */
export const itemPath: ItemPath = [[0x0a], [0x12], [0x12]];

/** The same to the points of metrics, whatever their kind. */
export const pointPath: ItemPath = [...itemPath, [0x2a, 0x3a, 0x4a, 0x52, 0x5a], [0x0a]];

/**
 * How many items a request holds. Nothing is made of it yet: a request that is too large costs one walk at most.
 *
 * @throws HoldfastError TELEMETRY_TOO_LARGE for more than `max` items and groups; MALFORMED_MESSAGE.
 */
export function countItems(body: Uint8Array, path: ItemPath, max: number): number {
  const reader = new MessageReader(body);
  let entries = 0;
  let items = 0;
  const walk = (level: number): void => {
    const wanted = path[level]!;
    const isLast = level === path.length - 1;
    while (reader.position < reader.end) {
      const tag = reader.varint32();
      if (!wanted.includes(tag)) {
        reader.skip(tag);
        continue;
      }
      if (++entries > max) throw tooMany(max);
      if (isLast) {
        items++;
        reader.pass();
      } else {
        const outer = reader.enter();
        walk(level + 1);
        reader.leave(outer);
      }
    }
  };
  walk(0);
  return items;
}

function tooMany(max: number): Error {
  return consoleErrors.create('TELEMETRY_TOO_LARGE', {
    message: `the request holds more than ${max} items and groups: send less at once`,
    context: { itemsMax: max },
    stack: false,
  });
}
