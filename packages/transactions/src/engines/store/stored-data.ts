import type { CoordinationStore, Entry, Operation, OperationResult } from '@holdfast/coordination';
import type { RunMessage } from '../../ledger/run.ts';
import { inParts } from './in-parts.ts';
import { after, type LedgerKeys, readMessageKey } from './ledger-keys.ts';
import { type RunHead, readCarried, readHead, readRecords, readRecordsAt } from './run-head.ts';

/** What a run has besides its head. */
export interface StoredData {
  readonly records: readonly Uint8Array[];
  /** When the newest of them were added; 0 when there are none. */
  readonly lastRecordsAt: number;
  readonly messages: readonly RunMessage[];
  /** Its places in lines, by their keys, with when they were taken. */
  readonly claims: ReadonlyMap<string, number>;
}

export interface ReadingPlace {
  readonly store: CoordinationStore;
  readonly keys: LedgerKeys;
}

/** Entries of one answer. */
const pageSize = 500;

/** What runs have, in few requests. Runs that have much take further ones. */
export function readData(
  { store, keys }: ReadingPlace,
  places: readonly string[],
  signal?: AbortSignal,
): Promise<readonly StoredData[]> {
  return inParts(places, async (part) => {
    const then = part.flatMap((place) => rangesOf(keys, place));
    const { results } = await store.transact({ compare: [], then }, { signal });
    return Promise.all(
      part.map((place, index) => dataOf({ store, keys }, place, results.slice(2 * index), signal)),
    );
  });
}

/** A run as it is at one moment, with all of its records, if there is one at that place. */
export async function readRun(
  { store, keys }: ReadingPlace,
  place: string,
  signal?: AbortSignal,
): Promise<{ readonly head: RunHead; readonly data: StoredData } | undefined> {
  const heads = [keys.open, keys.ended].map((prefix) => ({ do: 'get', key: prefix + place }) as const);
  const { results } = await store.transact(
    { compare: [], then: [...heads, ...rangesOf(keys, place)] },
    { signal },
  );
  const [entry] = results.slice(0, 2).flatMap(entriesOf);
  if (entry === undefined) return undefined;
  const { first, last } = readCarried(entry);
  const data = await dataOf({ store, keys }, place, results.slice(2), signal);
  return { head: readHead(entry), data: { ...data, records: [...first, ...data.records, ...last] } };
}

/** Runs whose data can be asked for at once. */
export function readAtOnce({ store }: ReadingPlace): number {
  return Math.floor(store.capabilities.transactionOperationsMax / 2);
}

/** All entries under a prefix. A change between two pages may be seen or not. */
export async function readAll(
  store: CoordinationStore,
  prefix: string,
  signal?: AbortSignal,
  first: readonly Entry[] = [],
): Promise<Entry[]> {
  const all = [...first];
  for (;;) {
    const { entries, more } = await store.range(prefix, { limit: pageSize, after: all.at(-1)?.key, signal });
    all.push(...entries);
    if (!more) return all;
  }
}

export function messageOf(keys: LedgerKeys, { key, value: bytes }: Entry): RunMessage {
  return { sequence: readMessageKey(after(keys.messages, key)).sequence, bytes };
}

export function entriesOf(result: OperationResult): readonly Entry[] {
  return 'entries' in result ? result.entries : [];
}

function rangesOf(keys: LedgerKeys, place: string): Operation[] {
  return [keys.data(place), keys.messagesOf(place)].map((prefix) => ({
    do: 'range',
    prefix,
    limit: pageSize,
  }));
}

/** @param results - of {@link rangesOf}; what did not fit is asked for. */
async function dataOf(
  { store, keys }: ReadingPlace,
  place: string,
  [data, messages]: readonly OperationResult[],
  signal: AbortSignal | undefined,
): Promise<StoredData> {
  const wholeOf = async (prefix: string, result: OperationResult): Promise<readonly Entry[]> => {
    const entries = entriesOf(result);
    return 'more' in result && result.more ? readAll(store, prefix, signal, entries) : entries;
  };
  const entries = await wholeOf(keys.data(place), data!);
  const records = entries.filter(({ key }) => key.startsWith(keys.records(place))).reverse();
  const claims = entries.filter(({ key }) => key.startsWith(keys.claim(place, '')));
  return {
    records: records.flatMap(readRecords),
    lastRecordsAt: records.length === 0 ? 0 : readRecordsAt(records.at(-1)!),
    messages: (await wholeOf(keys.messagesOf(place), messages!)).map((entry) => messageOf(keys, entry)),
    claims: new Map(
      claims.map(({ key, createRevision }) => [after(keys.claim(place, ''), key), createRevision]),
    ),
  };
}
