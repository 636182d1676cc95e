import { MessageReader } from '@holdfast/transport/protobuf';
import { countItems, type ItemPath } from './count-items.ts';
import type { Decoded, DecodeLimits } from './decode-limits.ts';
import { forEachWithin } from './fields.ts';
import { ResourceTable } from './resource-table.ts';
import { textOf } from './text-of.ts';
import { TextTable } from './text-table.ts';

/** Whose an item is: indexes into the resources and the texts of its batch. */
export interface ItemOrigin {
  resource: number;
  scope: number;
}

/** A request that is being decoded: what those of all signals have in common. */
export class OtlpRequest {
  readonly body: Buffer;
  readonly reader: MessageReader;
  /** How many items it holds. */
  readonly items: number;
  /** What one item may hold. */
  readonly valuesMax: number;
  readonly texts: TextTable = new TextTable();
  readonly resources: ResourceTable;
  #rejected = 0;
  #reason: string | undefined;

  /** @throws HoldfastError TELEMETRY_TOO_LARGE, MALFORMED_MESSAGE. */
  constructor(body: Buffer, path: ItemPath, { itemsMax, valuesMax }: DecodeLimits) {
    this.items = countItems(body, path, itemsMax);
    this.body = body;
    this.reader = new MessageReader(body);
    this.valuesMax = valuesMax;
    this.resources = new ResourceTable(body, valuesMax);
  }

  /**
   * Walks down to the items, which requests of all signals hold by resource, and within that by scope. `take` is called for
   * each with the reader standing within it, and has to read it to its end.
   *
   * @throws HoldfastError MALFORMED_MESSAGE, TELEMETRY_TOO_LARGE.
   */
  forEachItem(take: (origin: Readonly<ItemOrigin>) => void): void {
    const { reader, resources } = this;
    const origin: ItemOrigin = { resource: 0, scope: 0 };
    forEachWithin(reader, 0x0a, () => {
      // What applies to the items may stand behind them.
      const group = reader.position;
      origin.resource = resources.indexOf(reader);
      reader.position = group;
      forEachWithin(reader, 0x12, () => {
        const scopeGroup = reader.position;
        origin.scope = this.#scopeName();
        reader.position = scopeGroup;
        forEachWithin(reader, 0x12, () => take(origin));
      });
    });
  }

  /** The text at whose length the reader stands, as an index into {@link texts}. */
  readText(): number {
    return this.texts.indexOf(textOf(this.body, this.reader.pass(), this.reader.position));
  }

  /** Has the message at whose length the reader stands checked. Returns how many values it holds. */
  check(check: (reader: MessageReader) => number): number {
    const outer = this.reader.enter();
    const values = check(this.reader);
    this.reader.leave(outer);
    return values;
  }

  /** Leaves an item out. The first reason is told. */
  reject(reason: string): void {
    this.#rejected++;
    this.#reason ??= reason;
  }

  decoded<Batch>(batch: Batch): Decoded<Batch> {
    return { batch, rejected: this.#rejected, reason: this.#reason };
  }

  /** The name of the scope of a group (`ScopeSpans` and the like) that the reader stands within. */
  #scopeName(): number {
    const { reader } = this;
    let name = 0;
    forEachWithin(reader, 0x0a, () => {
      while (reader.position < reader.end) {
        const tag = reader.varint32();
        if (tag === 0x0a) name = this.readText();
        else reader.skip(tag);
      }
    });
    return name;
  }
}
