import type { Entry } from '@holdfast/coordination';
import { checkRunFilter } from '../../ledger/check-run-filter.ts';
import type { RunFilter, RunPage, RunSummary } from '../../ledger/run.ts';
import { inParts } from './in-parts.ts';
import { after, type LedgerKeys } from './ledger-keys.ts';
import { type RunHead, readHead, readRecordsAt, summaryOf } from './run-head.ts';
import { entriesOf, type ReadingPlace } from './stored-data.ts';

/** Heads that are looked at at once, at least: a filter may leave few of them. */
const pageMin = 100;

interface Found {
  readonly place: string;
  readonly head: RunHead;
}

/** Runs under way and those that have ended, as one list in the order of their places. */
export async function listRuns(
  reading: ReadingPlace,
  filter: RunFilter,
  signal?: AbortSignal,
): Promise<RunPage> {
  const limit = checkRunFilter(filter);
  const found: Found[] = [];
  for (let last = filter.after; found.length <= limit; ) {
    const page = await headsAfter(reading, filter, last, Math.max(limit + 1, pageMin), signal);
    for (const each of page.found) {
      const { type, status } = each.head;
      if (filter.type !== undefined && type !== filter.type) continue;
      if (filter.status === undefined || status === filter.status) found.push(each);
    }
    last = page.last;
    if (last === undefined) break;
  }
  const page = found.slice(0, limit);
  const runs = await summariesOf(reading, page, signal);
  return { runs, next: found.length > limit ? page.at(-1)!.place : undefined };
}

/** The next heads of both kinds, as of one revision; `last`: where to go on, if there are more. */
async function headsAfter(
  { store, keys }: ReadingPlace,
  { status }: RunFilter,
  last: string | undefined,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly found: readonly Found[]; readonly last: string | undefined }> {
  const prefixes = [keys.open, keys.ended].filter(
    (prefix) => status === undefined || (status === 'ended') === (prefix === keys.ended),
  );
  let revision: number | undefined;
  const found: Found[] = [];
  const ends: string[] = [];
  for (const prefix of prefixes) {
    const from = last === undefined ? undefined : prefix + last;
    const page = await store.range(prefix, { after: from, limit, revision, signal });
    revision ??= page.revision;
    found.push(...page.entries.map((entry) => foundAt(prefix, entry)));
    if (page.more) ends.push(after(prefix, page.entries.at(-1)!.key));
  }
  found.sort((a, b) => (a.place < b.place ? -1 : 1));
  const [end] = ends.sort();
  return { found: end === undefined ? found : found.filter(({ place }) => place <= end), last: end };
}

function foundAt(prefix: string, entry: Entry): Found {
  return { place: after(prefix, entry.key), head: readHead(entry) };
}

/** The head of a run under way is not written again by what only adds records: the newest of those say when it has changed. */
async function summariesOf(
  { store, keys }: ReadingPlace,
  found: readonly Found[],
  signal: AbortSignal | undefined,
): Promise<RunSummary[]> {
  const open = found.filter(({ head }) => head.status !== 'ended');
  const changedAt = new Map<string, number>();
  const { transactionOperationsMax } = store.capabilities;
  for (let start = 0; start < open.length; start += transactionOperationsMax) {
    const part = open.slice(start, start + transactionOperationsMax);
    const newest = await inParts(part, async (asked) => {
      const then = asked.map(({ place }) => newestRecords(keys, place));
      return (await store.transact({ compare: [], then }, { signal })).results;
    });
    for (const [index, { place }] of part.entries()) {
      const [records] = entriesOf(newest[index]!);
      if (records !== undefined) changedAt.set(place, readRecordsAt(records));
    }
  }
  return found.map(({ place, head }) => summaryOf(head, changedAt.get(place) ?? 0));
}

function newestRecords(keys: LedgerKeys, place: string): { do: 'range'; prefix: string; limit: number } {
  return { do: 'range', prefix: keys.records(place), limit: 1 };
}
