import type { MessageReader } from '@holdfast/transport/protobuf';
import type { ExemplarBatch } from '../metric-batch.ts';
import { IdColumn } from './id-column.ts';
import { Int64Column } from './int64-column.ts';
import { doubleAt, int64Number } from './wire-numbers.ts';

/** Exemplars where they stand in a request, until it is known how many there are. */
export class ExemplarColumns {
  /** Row of the point, time by halves, value, and where the ids of trace and span begin: one after the other. */
  readonly #found: number[] = [];
  readonly #body: Buffer;

  constructor(body: Buffer) {
    this.#body = body;
  }

  /** Reads the exemplar that the reader stands within. Kept are those that lead to a trace. */
  read(reader: MessageReader, point: number): void {
    let timeLow = 0;
    let timeHigh = 0;
    let value = Number.NaN;
    let traceAt = -1;
    let spanAt = -1;
    while (reader.position < reader.end) {
      const tag = reader.varint32();
      if (tag === 0x11) {
        timeLow = reader.fixed32();
        timeHigh = reader.fixed32();
      } else if (tag === 0x19) {
        reader.fixed32();
        reader.fixed32();
        value = doubleAt(this.#body, reader.position - 8);
      } else if (tag === 0x31) {
        const low = reader.fixed32();
        value = int64Number(low, reader.fixed32());
      } else if (tag === 0x22) spanAt = idAt(reader, 8);
      else if (tag === 0x2a) traceAt = idAt(reader, 16);
      else reader.skip(tag);
    }
    const isTimeTold = (timeLow | timeHigh) !== 0 && timeHigh <= 0x7fffffff;
    if (!isTimeTold || Number.isNaN(value) || traceAt === -1 || isNone(this.#body, traceAt)) return;
    this.#found.push(point, timeLow, timeHigh, value, traceAt, spanAt);
  }

  /** Forgets those of the points from this row on, which are left out. */
  forget(point: number): void {
    while (this.#found.length > 0 && this.#found.at(-fields)! >= point) this.#found.length -= fields;
  }

  columns(): ExemplarBatch {
    const length = this.#found.length / fields;
    const points = new Uint32Array(length);
    const times = new Int64Column(length);
    const values = new Float64Array(length);
    const traceIds = new IdColumn(length, 16);
    const spanIds = new IdColumn(length, 8);
    for (let row = 0; row < length; row++) {
      const [point, low, high, value, traceAt, spanAt] = this.#found.slice(row * fields, (row + 1) * fields);
      points[row] = point!;
      times.set(row, low!, high!);
      values[row] = value!;
      traceIds.set(row, this.#body, traceAt!);
      if (spanAt !== -1) spanIds.set(row, this.#body, spanAt!);
    }
    return {
      length,
      points,
      times: times.values,
      values,
      traceIds: traceIds.values,
      spanIds: spanIds.values,
    };
  }
}

const fields = 6;

/** Whether the id of a trace that begins there is all zero, which stands for none. */
function isNone(body: Buffer, at: number): boolean {
  for (let index = at; index < at + 16; index++) if (body[index] !== 0) return false;
  return true;
}

/** Where the bytes of an id begin; -1 where they are not as many as an id has. */
function idAt(reader: MessageReader, size: number): number {
  const at = reader.pass();
  return reader.position - at === size ? at : -1;
}
