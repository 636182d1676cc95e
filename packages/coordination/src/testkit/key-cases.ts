import { assert } from '@holdfast/core';
import {
  bytesOf,
  type CoordinationCase,
  equal,
  equalLists,
  failsWith,
  shown,
  textOf,
} from './coordination-case.ts';

/** What the contract promises of keys, ranges and revisions. */
export const keyCases: readonly CoordinationCase[] = [
  {
    name: 'keeps what was put, and shows it to every client at once',
    needs: [],
    async run(under) {
      const [near, far] = [await under.open(), await under.open()];
      const key = `${under.prefix}key`;
      equal(await far.get(key), undefined, 'a key that is not there');
      for (let round = 0; round < 5; round++) {
        await near.put(key, bytesOf(`value ${round}`));
        equal(textOf((await far.get(key))?.value), `value ${round}`, 'what another client reads');
        equal(textOf((await near.get(key))?.value), `value ${round}`, 'what the same client reads');
      }
      await near.put(key, new Uint8Array());
      equal((await far.get(key))?.value.length, 0, 'the length of an empty value');
      const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await near.put(key, every);
      equalLists([...((await far.get(key))?.value ?? [])], [...every], 'every byte there is');
    },
  },
  {
    name: 'shares no memory with its callers',
    needs: [],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const value = bytesOf('mine');
      const putting = store.put(key, value);
      value.fill(0);
      await putting;
      const read = await store.get(key);
      read?.value.fill(0);
      const { entries } = await store.range(under.prefix);
      equalLists(shown(entries), [`${key}=mine`], 'what is there after both were overwritten');
    },
  },
  {
    name: 'counts revisions over the whole store, and versions by key',
    needs: [],
    async run(under) {
      const store = await under.open();
      const [a, b] = [`${under.prefix}a`, `${under.prefix}b`];
      const first = await store.put(a, bytesOf('1'));
      const second = await store.put(b, bytesOf('2'));
      const third = await store.put(a, bytesOf('3'));
      assert(first.revision < second.revision && second.revision < third.revision, 'revisions grow');
      const entry = await store.get(a);
      assert(entry !== undefined, 'it is there');
      equal(entry.key, a, 'its key');
      equal(entry.createRevision, first.revision, 'when it was created');
      equal(entry.modRevision, third.revision, 'when it was changed');
      equal(entry.version, 2, 'its version');
      equal(entry.lease, undefined, 'its lease');
      const gone = await store.delete(a);
      equal(gone.deleted, 1, 'what was deleted');
      assert(gone.revision > third.revision, 'a deletion is a change');
      equal(await store.get(a), undefined, 'a deleted key');
      const nothing = await store.delete(a);
      equal(nothing.deleted, 0, 'what was deleted the second time');
      equal(nothing.revision, gone.revision, 'the revision when nothing changed');
      const anew = await store.put(a, bytesOf('4'));
      const back = await store.get(a);
      equal(back?.createRevision, anew.revision, 'when it was created anew');
      equal(back?.version, 1, 'its version then');
    },
  },
  {
    name: 'ranges over a prefix, and nothing else, in the order of UTF-8 bytes',
    needs: [],
    async run(under) {
      const store = await under.open();
      const stem = `${under.prefix}p`;
      // By code units the last two would change places.
      const endings = ['', '\0', '/', '/a', '0', 'a', 'aa', 'b', '\u007f', 'é', '\u{ffff}', '\u{10ffff}'];
      const others = [`${under.prefix}o\u{10ffff}`, `${under.prefix}q`, under.prefix];
      const shuffled = [...endings.map((ending) => stem + ending), ...others].reverse();
      for (const key of shuffled) await store.put(key, bytesOf('x'));
      const { entries, more } = await store.range(stem);
      equalLists(
        entries.map(({ key }) => key),
        endings.map((ending) => stem + ending),
        'the keys',
      );
      equal(more, false, 'whether there are more');
      const last = await store.range(`${stem}\u{10ffff}`);
      equalLists(
        last.entries.map(({ key }) => key),
        [`${stem}\u{10ffff}`],
        'a prefix that ends with the greatest character',
      );
      equal((await store.range(`${stem}none`)).entries.length, 0, 'a prefix of nothing');
      const removed = await store.deletePrefix(stem);
      equal(removed.deleted, endings.length, 'what deletePrefix deletes');
      const left = await store.range(under.prefix);
      equalLists(left.entries.map(({ key }) => key).sort(), [...others].sort(), 'what it leaves');
      equal((await store.deletePrefix(stem)).deleted, 0, 'what it deletes the second time');
    },
  },
  {
    name: 'gives a range page by page, as of one revision',
    needs: [],
    async run(under) {
      const store = await under.open();
      for (let index = 0; index < 7; index++) await store.put(`${under.prefix}${index}`, bytesOf('old'));
      const pages: string[][] = [];
      let after: string | undefined;
      let revision: number | undefined;
      for (let more = true; more; ) {
        const page = await store.range(under.prefix, { limit: 3, after, revision });
        pages.push(page.entries.map(({ key, value }) => key.slice(under.prefix.length) + textOf(value)));
        after = page.entries.at(-1)?.key;
        revision ??= page.revision;
        more = page.more;
        await store.put(`${under.prefix}6`, bytesOf('new'));
        await store.put(`${under.prefix}60`, bytesOf('new'));
        await store.delete(`${under.prefix}5`);
      }
      equalLists(pages, [['0old', '1old', '2old'], ['3old', '4old', '5old'], ['6old']], 'the pages');
      const exact = await store.range(under.prefix, { limit: 7 });
      equal(exact.more, false, 'whether there are more than there are');
      const beyond = await store.range(`${under.prefix}6`, { after: `${under.prefix}7` });
      equal(beyond.entries.length, 0, 'what a prefix has after its end');
      const before = await store.range(`${under.prefix}6`, { after: `${under.prefix}1` });
      equal(before.entries.length, 2, 'what a prefix has after a key before it');
    },
  },
  {
    name: 'reads what was there at a past revision',
    needs: [],
    async run(under) {
      const store = await under.open();
      const [a, b] = [`${under.prefix}a`, `${under.prefix}b`];
      const first = await store.put(a, bytesOf('1'));
      const second = await store.put(b, bytesOf('2'));
      const third = await store.put(a, bytesOf('3'));
      const fourth = await store.delete(b);
      const at = async ({ revision }: { revision: number }) =>
        shown((await store.range(under.prefix, { revision })).entries);
      equalLists(await at(first), [`${a}=1`], 'after the first change');
      equalLists(await at(second), [`${a}=1`, `${b}=2`], 'after the second');
      equalLists(await at(third), [`${a}=3`, `${b}=2`], 'after the third');
      equalLists(await at(fourth), [`${a}=3`], 'after the fourth');
      equal(textOf((await store.get(a, { revision: second.revision }))?.value), '1', 'one key then');
      const old = await store.range(under.prefix, { revision: first.revision });
      assert(old.revision >= fourth.revision, 'the revision told is the newest');
      const future = fourth.revision + 1_000_000;
      await failsWith('REVISION_IN_FUTURE', store.get(a, { revision: future }), 'reading the future');
    },
  },
  {
    name: 'serves stale reads that become what was put',
    needs: [],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      await store.put(key, bytesOf('1'));
      const deadline = under.now() + 10_000_000;
      for (let seen: string | undefined; seen !== '1'; ) {
        assert(under.now() < deadline, 'a stale read shows what was put some time ago');
        seen = textOf((await store.get(key, { consistency: 'stale' }))?.value);
      }
    },
  },
  {
    name: 'refuses to read history that was compacted, and still reads what came after',
    needs: ['compact'],
    async run(under) {
      const store = await under.open();
      const [a, b] = [`${under.prefix}a`, `${under.prefix}b`];
      const first = await store.put(a, bytesOf('1'));
      await store.put(b, bytesOf('x'));
      await store.delete(b);
      const second = await store.put(a, bytesOf('2'));
      const third = await store.put(a, bytesOf('3'));
      await under.compact(second.revision);
      const old = store.get(a, { revision: first.revision });
      await failsWith('REVISION_COMPACTED', old, 'reading compacted history');
      const read = await store.range(under.prefix, { revision: second.revision });
      equalLists(shown(read.entries), [`${a}=2`], 'the state at the compaction');
      equal(textOf((await store.get(a, { revision: third.revision }))?.value), '3', 'the state after it');
      equalLists(shown((await store.range(under.prefix)).entries), [`${a}=3`], 'the state now');
    },
  },
];
