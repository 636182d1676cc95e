import type { MessageWriter } from '@holdfast/transport/protobuf';
import type { InstrumentationScope, Resource } from '../../resource/resource.ts';
import { type KeyValueJson, keyValuesJson, writeKeyValues } from './any-value.ts';

/** Items by the scope that made them, in the order in which scopes first come up. */
function groupByScope<Item extends { readonly scope: InstrumentationScope }>(
  items: readonly Item[],
): Map<InstrumentationScope, Item[]> {
  const groups = new Map<InstrumentationScope, Item[]>();
  for (const item of items) {
    const group = groups.get(item.scope);
    if (group === undefined) groups.set(item.scope, [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * A request of any signal: one resource and its items by scope, which all signals write alike. `write` writes an item's
 * fields.
 */
export function writeRequest<Item extends { readonly scope: InstrumentationScope }>(
  writer: MessageWriter,
  resource: Resource,
  items: readonly Item[],
  write: (writer: MessageWriter, item: Item) => void,
): void {
  writer.varint(0x0a);
  const resourceGroup = writer.openLength(4);
  writer.varint(0x0a);
  const resourceAt = writer.openLength(2);
  writeKeyValues(writer, 0x0a, resource.attributes);
  writer.closeLength(resourceAt, 2);
  for (const [scope, group] of groupByScope(items)) {
    writer.varint(0x12);
    const scopeGroup = writer.openLength(3);
    writeScope(writer, scope);
    let guess = 2;
    for (const item of group) {
      writer.varint(0x12);
      const opened = writer.openLength(guess);
      write(writer, item);
      guess = writer.closeLength(opened, guess);
    }
    if (scope.schemaUrl !== undefined) {
      writer.varint(0x1a);
      writer.text(scope.schemaUrl);
    }
    writer.closeLength(scopeGroup, 3);
  }
  writer.closeLength(resourceGroup, 4);
}

function writeScope(writer: MessageWriter, { name, version }: InstrumentationScope): void {
  writer.varint(0x0a);
  const opened = writer.openLength(1);
  writer.varint(0x0a);
  writer.text(name);
  if (version !== undefined) {
    writer.varint(0x12);
    writer.text(version);
  }
  writer.closeLength(opened, 1);
}

/** A group of items by scope in OTLP's JSON, without its items. */
interface ScopeGroupJson {
  readonly scope: { readonly name: string; readonly version?: string };
  readonly schemaUrl?: string;
}

/** The same in OTLP's JSON: `scopes` and `items` are what the signal calls its groups and its items. */
export function requestJson<Item extends { readonly scope: InstrumentationScope }>(
  resource: Resource,
  items: readonly Item[],
  names: { readonly resources: string; readonly scopes: string; readonly items: string },
  json: (item: Item) => object,
): object {
  const scopeGroups = Array.from(groupByScope(items), ([scope, group]) => ({
    ...scopeJson(scope),
    [names.items]: group.map(json),
  }));
  const attributes: KeyValueJson[] = keyValuesJson(resource.attributes);
  return { [names.resources]: [{ resource: { attributes }, [names.scopes]: scopeGroups }] };
}

function scopeJson({ name, schemaUrl, version }: InstrumentationScope): ScopeGroupJson {
  return {
    scope: { name, ...(version !== undefined && { version }) },
    ...(schemaUrl !== undefined && { schemaUrl }),
  };
}
