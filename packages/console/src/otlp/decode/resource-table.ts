import type { MessageReader } from '@holdfast/transport/protobuf';
import { consoleErrors } from '../../console-errors.ts';
import type { ResourceEntry } from '../received-batch.ts';
import { anyValueText, checkKeyValue, keyValueJson } from './any-value.ts';
import { forEachWithin } from './fields.ts';
import { textOf } from './text-of.ts';

/** The resources of a batch, each once. */
export class ResourceTable {
  readonly entries: ResourceEntry[] = [];
  readonly #body: Buffer;
  readonly #valuesMax: number;
  readonly #indexes = new Map<string, number>();

  constructor(body: Buffer, valuesMax: number) {
    this.#body = body;
    this.#valuesMax = valuesMax;
  }

  /**
   * The index of the resource of a group (`ResourceSpans` and the like) that the reader stands within, which is read to its
   * end. One that stands there in several parts is all of them together.
   *
   * @throws HoldfastError TELEMETRY_TOO_LARGE, MALFORMED_MESSAGE.
   */
  indexOf(reader: MessageReader): number {
    const attributes = new ResourceAttributes(this.#body, this.#valuesMax);
    forEachWithin(reader, 0x0a, () => attributes.read(reader));
    const { json } = attributes;
    const known = this.#indexes.get(json);
    if (known !== undefined) return known;
    const index = this.entries.push(attributes.entry()) - 1;
    this.#indexes.set(json, index);
    return index;
  }
}

/** The attributes that say who it is. */
const identifying: ReadonlySet<string> = new Set([
  'service.name',
  'service.version',
  'service.instance.id',
  'k8s.pod.name',
  'host.name',
  'process.pid',
]);

class ResourceAttributes {
  readonly #body: Buffer;
  readonly #valuesMax: number;
  readonly #known = new Map<string, string>();
  #members = '';
  #values = 0;

  constructor(body: Buffer, valuesMax: number) {
    this.#body = body;
    this.#valuesMax = valuesMax;
  }

  get json(): string {
    return `{${this.#members}}`;
  }

  /** Reads a Resource. */
  read(reader: MessageReader): void {
    forEachWithin(reader, 0x0a, () => this.#readAttribute(reader));
  }

  entry(): ResourceEntry {
    const known = this.#known;
    return {
      service: known.get('service.name') || 'unknown_service',
      instance: known.get('service.instance.id') ?? known.get('k8s.pod.name') ?? hostAndProcess(known),
      version: known.get('service.version'),
      attributesJson: this.json,
    };
  }

  #readAttribute(reader: MessageReader): void {
    const from = reader.position;
    this.#values += checkKeyValue(reader);
    if (this.#values > this.#valuesMax) {
      throw consoleErrors.create('TELEMETRY_TOO_LARGE', {
        message: `a resource has more than ${this.#valuesMax} attributes`,
        context: { valuesMax: this.#valuesMax },
        stack: false,
      });
    }
    reader.position = from;
    const member = keyValueJson(reader, this.#body);
    this.#members += this.#members === '' ? member : `,${member}`;
    reader.position = from;
    this.#keep(reader);
  }

  #keep(reader: MessageReader): void {
    let key = '';
    let value = '';
    while (reader.position < reader.end) {
      const tag = reader.varint32();
      if (tag === 0x0a) key = textOf(this.#body, reader.pass(), reader.position);
      else if (tag === 0x12) {
        const outer = reader.enter();
        value = anyValueText(reader, this.#body);
        reader.leave(outer);
      } else reader.skip(tag);
    }
    if (identifying.has(key)) this.#known.set(key, value);
  }
}

function hostAndProcess(known: ReadonlyMap<string, string>): string | undefined {
  const host = known.get('host.name');
  const process = known.get('process.pid');
  if (host === undefined || process === undefined) return host ?? process;
  return `${host}/${process}`;
}
