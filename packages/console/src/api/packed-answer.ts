/**
 * Answers that are mostly columns of numbers, in a form that costs neither side more than a copy:
 *
 *     length of the head, 4 bytes | head, JSON | columns
 *
 * All is little-endian, and a column begins at a multiple of eight bytes after the head. In the head a column stands as
 * `{ "$column": "Float64Array", "at": 0, "length": 3 }`, and a list of texts that are equally long as
 * `{ "$texts": "0a1b2c", "width": 2 }`.
 */
export const packedType = 'application/vnd.holdfast.packed';

/** What a column may be: an array as it lies in memory. */
export type PackedColumn = Float64Array | Int32Array | Uint8Array;

const columnTypes = { Float64Array, Int32Array, Uint8Array } as const;

/** Fewer texts are as they are. */
const textsMin = 64;
const alignment = 8;

/** The pieces of a packed answer, to go out one behind the other. Columns are not copied. */
export function packed(answer: object): Uint8Array[] {
  const columns: Uint8Array[] = [];
  let at = 0;
  const head = JSON.stringify(answer, (_, value: unknown) => {
    if (isColumn(value)) {
      const place = { $column: value.constructor.name, at, length: value.length };
      columns.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      columns.push(new Uint8Array(paddingAfter(value.byteLength)));
      at += value.byteLength + paddingAfter(value.byteLength);
      return place;
    }
    return isTexts(value) ? { $texts: value.join(''), width: value[0]!.length } : value;
  });
  // Blanks behind JSON mean nothing.
  const encoded = new TextEncoder().encode(head);
  const start = new Uint8Array(4 + encoded.length + paddingAfter(4 + encoded.length)).fill(0x20);
  new DataView(start.buffer).setUint32(0, start.length - 4, true);
  start.set(encoded, 4);
  return [start, ...columns];
}

/** What was packed. Its columns are views into `bytes`. */
export function unpacked<Answer>(bytes: ArrayBuffer): Answer {
  const headLength = new DataView(bytes).getUint32(0, true);
  const head = new TextDecoder().decode(new Uint8Array(bytes, 4, headLength));
  return JSON.parse(head, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$column' in value) return columnAt(bytes, 4 + headLength, value as ColumnPlace);
    return '$texts' in value ? textsOf(value as JoinedTexts) : value;
  }) as Answer;
}

interface ColumnPlace {
  readonly $column: keyof typeof columnTypes;
  readonly at: number;
  readonly length: number;
}

interface JoinedTexts {
  readonly $texts: string;
  readonly width: number;
}

function columnAt(bytes: ArrayBuffer, base: number, { $column, at, length }: ColumnPlace): PackedColumn {
  return new columnTypes[$column](bytes, base + at, length);
}

function textsOf({ $texts, width }: JoinedTexts): string[] {
  return Array.from({ length: $texts.length / width }, (_, index) =>
    $texts.slice(index * width, (index + 1) * width),
  );
}

export function isColumn(value: unknown): value is PackedColumn {
  return value instanceof Float64Array || value instanceof Int32Array || value instanceof Uint8Array;
}

function isTexts(value: unknown): value is readonly string[] {
  if (!Array.isArray(value) || value.length < textsMin) return false;
  const width = typeof value[0] === 'string' ? value[0].length : 0;
  return width > 0 && value.every((text) => typeof text === 'string' && text.length === width);
}

function paddingAfter(length: number): number {
  return -length & (alignment - 1);
}
