import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { LabelSet } from '../metrics/label-set.ts';
import type { InstrumentationScope } from '../resource/resource.ts';

/**
 * The attributes as labels, ordered by name. Those without a name or a value that OpenTelemetry allows are left out, and
 * empty texts, which Prometheus takes for none: it would see the same series twice.
 *
 * @param like - labels whose names are shared where they are the same.
 * @param keeps - whether an attribute of this name is one of them. Default all are.
 */
export function attributeLabels(
  attributes: Attributes,
  scope: InstrumentationScope,
  like: LabelSet | undefined,
  keeps?: (name: string) => boolean,
): LabelSet {
  const entries = Object.entries(attributes)
    .filter(
      (entry): entry is [string, AttributeValue] =>
        entry[0] !== '' && entry[1] !== '' && isValue(entry[1]) && (keeps === undefined || keeps(entry[0])),
    )
    .map(([name, value]) => [name, Array.isArray(value) ? [...value] : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = entries.map(([name]) => name);
  return new LabelSet(
    like !== undefined && sameTexts(names, like.names) ? like.names : names,
    entries.map(([, value]) => textOf(value)),
    scope,
    Object.fromEntries(entries) as Attributes,
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isValue(value)) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => item == null || isPrimitive(item));
  return isPrimitive(value);
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
