import type { Exemplar } from '../exemplars/exemplar.ts';
import type { ExemplarSlots } from '../exemplars/exemplar-slots.ts';
import { underscored } from '../metrics/metric-names.ts';
import { formatNumber } from './byte-writer.ts';
import { escapeQuoted } from './escape-quoted.ts';

/** Characters that the names and values of an exemplar's labels may have in all, by OpenMetrics. */
const charactersMax = 128;

/** What OpenMetrics has behind a sample's value for the exemplar of this slot; empty where there is none. */
export function exemplarText(slots: ExemplarSlots | undefined, slot: number): string {
  const exemplar = slots?.at(slot);
  if (exemplar === undefined) return '';
  const labels = labelsOf(exemplar).map(([name, value]) => `${name}="${escapeQuoted(value)}"`);
  return ` # {${labels.join()}} ${formatNumber(exemplar.value)} ${(exemplar.time / 1e6).toFixed(3)}`;
}

/** The ids of its span and, of its attributes, as many as there is room for. */
function labelsOf({ attributes, span }: Exemplar): [string, string][] {
  const labels = new Map<string, string>();
  if (span !== undefined) labels.set('trace_id', span.traceId).set('span_id', span.spanId);
  let room = charactersMax;
  for (const [name, value] of labels) room -= name.length + value.length;
  for (const [name, value] of Object.entries(attributes)) {
    const plain = underscored(name).replaceAll(':', '_');
    const text = Array.isArray(value) ? JSON.stringify(value) : String(value);
    if (labels.has(plain) || plain.length + text.length > room) continue;
    labels.set(plain, text);
    room -= plain.length + text.length;
  }
  return [...labels];
}
