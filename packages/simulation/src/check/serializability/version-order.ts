import { canonicalText } from '../canonical-text.ts';
import { type Anomaly, describeTransaction } from './anomaly.ts';
import type { ListValue, Reading } from './transaction.ts';

/** The order in which values were appended to each key, as reads show it. */
export interface VersionOrders {
  /** By key: the values of the longest list that was read, each once. */
  readonly orders: ReadonlyMap<string, readonly ListValue[]>;
  readonly anomalies: readonly Anomaly[];
}

/** Finds the order of the appends to each key; all lists that were read must be beginnings of it. */
export function versionOrders(reads: readonly Reading[]): VersionOrders {
  const byKey = new Map<string, Reading[]>();
  for (const reading of reads) {
    const ofKey = byKey.get(reading.key);
    if (ofKey === undefined) byKey.set(reading.key, [reading]);
    else ofKey.push(reading);
  }
  const orders = new Map<string, readonly ListValue[]>();
  const anomalies: Anomaly[] = [];
  for (const [key, readings] of byKey) {
    let longest = readings[0]!;
    for (const each of readings) if (each.list.length > longest.list.length) longest = each;
    orders.set(key, [...new Set(longest.list)]);
    const other = readings.find(({ list }) => list.some((value, index) => longest.list[index] !== value));
    if (other === undefined) continue;
    const text = [
      `incompatible-orders: ${key} was read as ${canonicalText(other.list)}, which is no beginning of ${canonicalText(longest.list)}`,
      `  ${describeTransaction(other.reader)}`,
      `  ${describeTransaction(longest.reader)}`,
    ].join('\n');
    anomalies.push({ kind: 'incompatible-orders', transactions: [other.reader, longest.reader], text });
  }
  return { orders, anomalies };
}
