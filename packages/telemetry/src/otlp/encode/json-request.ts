import type { InstrumentationScope, Resource } from '../../resource/resource.ts';
import { keyValuesJson } from './any-value.ts';
import type { ItemFormat, OtlpRequest, Scoped } from './otlp-request.ts';

/** A request in OTLP's JSON. */
export class JsonRequest<Item extends Scoped> implements OtlpRequest<Item> {
  readonly #format: Omit<ItemFormat<Item>, 'write'>;
  readonly #resource: string;
  /** Items as texts, by their scope. */
  readonly #scopes = new Map<InstrumentationScope, string[]>();
  #length = 0;

  constructor(resource: Resource, format: Omit<ItemFormat<Item>, 'write'>) {
    this.#format = format;
    this.#resource = JSON.stringify({ attributes: keyValuesJson(resource.attributes) });
  }

  get length(): number {
    return this.#length;
  }

  add(item: Item): void {
    const text = JSON.stringify(this.#format.json(item));
    this.#length += text.length;
    const texts = this.#scopes.get(item.scope);
    if (texts === undefined) this.#scopes.set(item.scope, [text]);
    else texts.push(text);
  }

  finish(): Uint8Array {
    const { items, resources, scopes } = this.#format.names;
    const groups = Array.from(this.#scopes, ([{ name, schemaUrl, version }, texts]) => {
      const scope = JSON.stringify({ name, version });
      const schema = schemaUrl === undefined ? '' : `,"schemaUrl":${JSON.stringify(schemaUrl)}`;
      return `{"scope":${scope}${schema},"${items}":[${texts}]}`;
    });
    this.#scopes.clear();
    this.#length = 0;
    return Buffer.from(`{"${resources}":[{"resource":${this.#resource},"${scopes}":[${groups}]}]}`);
  }
}
