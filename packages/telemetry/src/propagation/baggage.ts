import {
  type BaggageEntry,
  baggageEntryMetadataFromString,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '../context/context-with-span.ts';

/** What W3C Baggage wants everybody to carry; what is beyond is left out. */
const entriesMax = 64;
const charactersMax = 8_192;

/** W3C Baggage: the header `baggage`. Entries that are malformed are left out. */
export const baggagePropagator: TextMapPropagator<unknown> = {
  inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
    const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
    if (entries.length === 0 || isTracingSuppressed(context)) return;
    const header = joined(entries.slice(0, entriesMax).map(([key, entry]) => written(key, entry)));
    if (header !== '') setter.set(carrier, 'baggage', header);
  },

  extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
    const found = getter.get(carrier, 'baggage');
    const header = Array.isArray(found) ? found.join(',') : found;
    if (typeof header !== 'string' || header === '') return context;
    const members = header.slice(0, charactersMax).split(',', entriesMax);
    // The last one may have been cut in the middle.
    if (header.length > charactersMax && members.length < entriesMax) members.pop();
    const entries = Object.fromEntries(members.map(read).filter((entry) => entry !== undefined));
    if (Object.keys(entries).length === 0) return context;
    return propagation.setBaggage(context, propagation.createBaggage(entries));
  },

  fields: () => ['baggage'],
};

function written(key: string, { metadata, value }: BaggageEntry): string {
  const properties = metadata === undefined ? '' : `;${metadata.toString()}`;
  return `${encodeURIComponent(key)}=${encodeURIComponent(value)}${properties}`;
}

/** As many as there is room for. */
function joined(members: readonly string[]): string {
  let header = '';
  for (const member of members) {
    const longer = header === '' ? member : `${header},${member}`;
    if (longer.length <= charactersMax) header = longer;
  }
  return header;
}

function read(member: string): [string, BaggageEntry] | undefined {
  const [pair = '', ...properties] = member.split(';');
  const equals = pair.indexOf('=');
  const key = decoded(pair.slice(0, Math.max(equals, 0)));
  const value = decoded(pair.slice(equals + 1));
  if (key === undefined || key === '' || key === '__proto__' || value === undefined) return undefined;
  if (properties.length === 0) return [key, { value }];
  return [key, { value, metadata: baggageEntryMetadataFromString(properties.join(';').trim()) }];
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
