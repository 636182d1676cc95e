import { MessageWriter } from '@holdfast/transport/protobuf';
import type { InstrumentationScope, Resource } from '../../resource/resource.ts';
import { writeKeyValues } from './any-value.ts';
import type { ItemFormat, OtlpRequest, Scoped } from './otlp-request.ts';

/** Items of one scope that were written one behind the other: from and to which byte, in pairs. */
type Runs = number[];

/** A request in protobuf. Items are written as they come; to finish it, those of a scope are put together. */
export class ProtobufRequest<Item extends Scoped> implements OtlpRequest<Item> {
  readonly #write: ItemFormat<Item>['write'];
  readonly #resource: Uint8Array;
  readonly #items = new MessageWriter();
  readonly #whole = new MessageWriter();
  readonly #scopes = new Map<InstrumentationScope, Runs>();
  #latest: InstrumentationScope | undefined;
  #latestRuns: Runs = [];
  /** How many bytes the length of an item takes: that of the next mostly takes as many. */
  #guess = 2;

  constructor(resource: Resource, { write }: Pick<ItemFormat<Item>, 'write'>) {
    this.#write = write;
    const writer = new MessageWriter();
    writeKeyValues(writer, 0x0a, resource.attributes);
    this.#resource = writer.written.slice();
  }

  get length(): number {
    return this.#items.length;
  }

  add(item: Item): void {
    const items = this.#items;
    const begin = items.length;
    try {
      items.varint(0x12);
      const opened = items.openLength(this.#guess);
      this.#write(items, item);
      this.#guess = items.closeLength(opened, this.#guess);
    } catch (error) {
      items.truncate(begin);
      throw error;
    }
    const runs = item.scope === this.#latest ? this.#latestRuns : this.#runsOf(item.scope);
    if (runs.at(-1) === begin) runs[runs.length - 1] = items.length;
    else runs.push(begin, items.length);
  }

  finish(): Uint8Array {
    const whole = this.#whole;
    this.#writeTo(whole);
    const request = whole.written.slice();
    whole.discard();
    return request;
  }

  #writeTo(writer: MessageWriter): void {
    writer.varint(0x0a);
    const opened = writer.openLength(4);
    writer.varint(0x0a);
    writer.lengthPrefixed(this.#resource);
    for (const [scope, runs] of this.#scopes) this.#writeScope(writer, scope, runs);
    writer.closeLength(opened, 4);
    this.#items.discard();
    this.#scopes.clear();
    this.#latest = undefined;
  }

  #writeScope(writer: MessageWriter, { name, schemaUrl, version }: InstrumentationScope, runs: Runs): void {
    writer.varint(0x12);
    const opened = writer.openLength(3);
    writer.varint(0x0a);
    const openedScope = writer.openLength(1);
    writer.varint(0x0a);
    writer.text(name);
    if (version !== undefined) {
      writer.varint(0x12);
      writer.text(version);
    }
    writer.closeLength(openedScope, 1);
    const items = this.#items.written;
    for (let run = 0; run < runs.length; run += 2) writer.raw(items.subarray(runs[run], runs[run + 1]));
    if (schemaUrl !== undefined) {
      writer.varint(0x1a);
      writer.text(schemaUrl);
    }
    writer.closeLength(opened, 3);
  }

  #runsOf(scope: InstrumentationScope): Runs {
    let runs = this.#scopes.get(scope);
    if (runs === undefined) {
      runs = [];
      this.#scopes.set(scope, runs);
    }
    this.#latest = scope;
    this.#latestRuns = runs;
    return runs;
  }
}
