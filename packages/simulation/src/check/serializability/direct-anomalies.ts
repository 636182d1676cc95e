import { canonicalText } from '../canonical-text.ts';
import { type Anomaly, type AnomalyKind, describeTransaction } from './anomaly.ts';
import type { Appends, ListValue, Reading, TransactionOperation } from './transaction.ts';

/** What is wrong by itself, without a look at how transactions depend on each other. */
export function directAnomalies(
  operations: readonly TransactionOperation[],
  reads: readonly Reading[],
  appends: Appends,
): Anomaly[] {
  const found: Anomaly[] = [];
  const report = (
    kind: AnomalyKind,
    { reader, key, list }: Reading,
    says: string,
    ...others: readonly TransactionOperation[]
  ): void => {
    const transactions = [reader, ...others.filter((each) => each !== reader)];
    const lines = transactions.map((each) => `  ${describeTransaction(each)}`);
    found.push({
      kind,
      transactions,
      text: [`${kind}: ${key} was read as ${canonicalText(list)}, ${says}`, ...lines].join('\n'),
    });
  };
  for (const reading of reads) {
    const { reader, key, list } = reading;
    const seen = new Set<ListValue>();
    for (const value of list) {
      if (seen.has(value)) report('duplicate', reading, `with ${canonicalText(value)} twice`);
      seen.add(value);
      const writer = appends.writer(key, value);
      if (writer === undefined) {
        report('unwritten', reading, `but nobody appended ${canonicalText(value)}`);
      } else if (writer.outcome === 'failed') {
        report('G1a', reading, `but the transaction that appended ${canonicalText(value)} failed`, writer);
      }
    }
    const misplaced = list.find((value, place) => {
      const before = appendBefore(appends.writer(key, value), key, value);
      return before !== undefined && list[place - 1] !== before;
    });
    if (misplaced !== undefined) {
      const says = `but whoever appended ${canonicalText(misplaced)} had appended something else just before`;
      report('incompatible-orders', reading, says, appends.writer(key, misplaced)!);
    }
    const last = list.at(-1);
    const writer = last === undefined ? undefined : appends.writer(key, last);
    if (writer !== undefined && writer !== reader && finalAppend(writer, key) !== last) {
      report('G1b', reading, `though its writer went on to append more in the same transaction`, writer);
    }
  }
  for (const operation of operations) {
    const disagreement = internalDisagreement(operation);
    if (disagreement !== undefined) report('internal', disagreement.reading, disagreement.says);
  }
  return found;
}

/** What the same transaction appended to the key before `value`. */
function appendBefore(
  writer: TransactionOperation | undefined,
  key: string,
  value: ListValue,
): ListValue | undefined {
  let before: ListValue | undefined;
  for (const step of writer?.input ?? []) {
    if (step.kind !== 'append' || step.key !== key) continue;
    if (step.value === value) return before;
    before = step.value;
  }
  return undefined;
}

function finalAppend({ input }: TransactionOperation, key: string): ListValue | undefined {
  const last = input.findLast((step) => step.kind === 'append' && step.key === key);
  return last?.kind === 'append' ? last.value : undefined;
}

/** The first read of a transaction that disagrees with what it did before. */
function internalDisagreement(
  reader: TransactionOperation,
): { readonly reading: Reading; readonly says: string } | undefined {
  if (reader.outcome !== 'ok' || reader.output === undefined) return undefined;
  /** What a list has to end with, and whether that is all of it. */
  const expected = new Map<string, { readonly whole: boolean; readonly values: readonly ListValue[] }>();
  for (const [step, asked] of reader.input.entries()) {
    const { key } = asked;
    const before = expected.get(key);
    if (asked.kind === 'append') {
      expected.set(key, { whole: before?.whole ?? false, values: [...(before?.values ?? []), asked.value] });
      continue;
    }
    const list = reader.output[step];
    if (!list) continue;
    if (before !== undefined) {
      const start = list.length - before.values.length;
      const agrees =
        (before.whole ? start === 0 : start >= 0) &&
        before.values.every((value, index) => list[start + index] === value);
      if (!agrees) {
        const all = before.whole ? '' : 'something that ends with ';
        const says = `but the transaction had to see ${all}${canonicalText(before.values)}`;
        return { reading: { reader, step, key, list }, says };
      }
    }
    const ownLater = reader.input.find(
      (later, index) =>
        index > step && later.kind === 'append' && later.key === key && list.includes(later.value),
    );
    if (ownLater !== undefined) {
      return { reading: { reader, step, key, list }, says: 'before the transaction itself appended it' };
    }
    expected.set(key, { whole: true, values: list });
  }
  return undefined;
}
