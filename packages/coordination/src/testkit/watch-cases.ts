import { assert } from '@holdfast/core';
import type { CoordinationStore, WatchItem } from '../store/coordination-store.ts';
import {
  bytesOf,
  type CoordinationCase,
  equal,
  equalLists,
  failsWith,
  later,
  soon,
  take,
  textOf,
  told,
} from './coordination-case.ts';

/** What the contract promises of watches. */
export const watchCases: readonly CoordinationCase[] = [
  {
    name: 'a watch tells each change of its prefix once, in order, from now on',
    needs: [],
    async run(under) {
      const [watcher, writer] = [await under.open(), await under.open()];
      const prefix = `${under.prefix}p/`;
      const before = await writer.put(`${prefix}before`, bytesOf('x'));
      const watch = watcher.watch(prefix);
      const first = await soon(under, watch.started, 'the start');
      // A server that is a little behind begins with what it does not know yet.
      const expected = before.revision >= first ? [`+${prefix}before=x`] : [];
      for (let round = 0; round < 20; round++) {
        const key = `${prefix}${round % 3}`;
        await writer.put(`${under.prefix}q`, bytesOf('x'));
        if (round % 5 === 4) {
          const { deleted } = await writer.delete(key);
          if (deleted > 0) expected.push(`-${key}`);
        } else {
          await writer.put(key, bytesOf(`${round}`));
          expected.push(`+${key}=${round}`);
        }
      }
      const items = await take(under, watch, expected.length);
      equalLists(told(items), expected, 'what it is told');
      const revisions = items.map(({ revision }) => revision);
      assert(
        revisions.every((revision, index) => revision > (revisions[index - 1] ?? 0)),
        'revisions grow',
      );
      assert(revisions[0]! >= first, 'nothing comes from before the start');
      for (const item of items) {
        assert(item.kind === 'change', 'nothing is compacted');
        for (const { kind, entry, previous } of item.events) {
          equal(previous, undefined, 'what was before, unless asked for');
          if (kind === 'put') equal(entry?.modRevision, item.revision, "an entry's revision");
          else equal(entry, undefined, 'the entry of a deletion');
        }
      }
      await watch.return();
    },
  },
  {
    name: 'a watch from a past revision tells all since, and then goes on',
    needs: [],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const revisions: number[] = [];
      for (let round = 0; round < 10; round++) {
        revisions.push((await store.put(key, bytesOf(`${round}`))).revision);
      }
      const watch = store.watch(under.prefix, { from: revisions[4]! });
      equal(await soon(under, watch.started, 'the start'), revisions[4], 'the first revision');
      const old = await take(under, watch, 6);
      equalLists(
        old.map(({ revision }) => revision),
        revisions.slice(4),
        'the revisions',
      );
      await store.put(key, bytesOf('new'));
      equalLists(told(await take(under, watch, 1)), [`+${key}=new`], 'what comes after');
      await watch.return();
    },
  },
  {
    name: 'a watch from a revision to come waits for it',
    needs: [],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const { revision } = await store.put(key, bytesOf('0'));
      const watch = store.watch(under.prefix, { from: revision + 3 });
      await soon(under, watch.started, 'the start');
      for (let round = 1; round < 5; round++) await store.put(key, bytesOf(`${round}`));
      equalLists(told(await take(under, watch, 2)), [`+${key}=3`, `+${key}=4`], 'what it is told');
      await watch.return();
    },
  },
  {
    name: 'a watch that asks for it is told what was before',
    needs: [],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const watch = store.watch(under.prefix, { previous: true });
      await soon(under, watch.started, 'the start');
      await store.put(key, bytesOf('1'));
      await store.put(key, bytesOf('2'));
      await store.delete(key);
      const events = (await take(under, watch, 3)).flatMap((item) =>
        item.kind === 'change' ? item.events : [],
      );
      equalLists(
        events.map(({ previous }) => textOf(previous?.value) ?? null),
        [null, '1', '2'],
        'the values before',
      );
      equal(events[2]?.previous?.version, 2, 'the version before');
      await watch.return();
    },
  },
  {
    name: 'many watches each see their own',
    needs: [],
    async run(under) {
      const [watcher, writer] = [await under.open(), await under.open()];
      const names = Array.from({ length: 20 }, (_, index) => `${under.prefix}${index}/`);
      const watches = names.map((prefix) => watcher.watch(prefix));
      await soon(under, Promise.all(watches.map(({ started }) => started)), 'all of them start');
      for (let round = 0; round < 3; round++) {
        for (const name of names) await writer.put(`${name}key`, bytesOf(`${round}`));
      }
      for (const [index, watch] of watches.entries()) {
        const expected = [0, 1, 2].map((round) => `+${names[index]}key=${round}`);
        equalLists(told(await take(under, watch, 3)), expected, `what watch ${index} is told`);
        await watch.return();
      }
    },
  },
  {
    name: 'a slow consumer misses nothing, and does not hold others up',
    needs: [],
    async run(under) {
      const [watcher, writer] = [await under.open(), await under.open()];
      const key = `${under.prefix}key`;
      const slow = watcher.watch(under.prefix);
      const fast = watcher.watch(under.prefix);
      await soon(under, Promise.all([slow.started, fast.started]), 'both start');
      const count = 60;
      const body = 'x'.repeat(50_000);
      for (let round = 0; round < count; round++) {
        await writer.put(key, bytesOf(`${round} ${body}`));
        await take(under, fast, 1);
      }
      const items = await take(under, slow, count);
      const rounds = told(items).map((text) => Number.parseInt(text.slice(text.indexOf('=') + 1), 10));
      equalLists(
        rounds,
        Array.from({ length: count }, (_, round) => round),
        'what the slow one is told',
      );
      await slow.return();
      await fast.return();
    },
  },
  {
    name: 'a watch ends when it is left, when its signal aborts, and when its store is closed',
    needs: [],
    async run(under) {
      const store = await under.open();
      const left = store.watch(under.prefix);
      const waiting = left.next();
      await left.return();
      equal((await soon(under, waiting, 'the wait')).done, true, 'whether a watch that was left is done');
      equal((await left.next()).done, true, 'whether it stays so');

      const abort = new AbortController();
      const following = store.watch(under.prefix, { signal: abort.signal });
      const next = later(following.next());
      abort.abort(new Error('enough'));
      await soon(under, failsWith('ABORTED', next, 'waiting'), 'the end of an aborted watch');
      equal((await following.next()).done, true, 'whether an aborted watch is done');
      const never = store.watch(under.prefix, { signal: abort.signal });
      await failsWith('ABORTED', never.next(), 'a watch whose signal has aborted before');

      const last = store.watch(under.prefix);
      const end = later(last.next());
      await store.close();
      await soon(under, failsWith('STORE_CLOSED', end, 'waiting'), 'the end of the last watch');

      const other = await under.open();
      const seen: string[] = [];
      const { revision } = await other.put(`${under.prefix}key`, bytesOf('1'));
      for await (const item of other.watch(under.prefix, { from: revision })) {
        seen.push(...told([item]));
        break;
      }
      equalLists(seen, [`+${under.prefix}key=1`], 'what a loop is told');
    },
  },
  {
    name: 'a watch says that its history is compacted, and goes on from there',
    needs: ['compact'],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const { revision } = await store.put(key, bytesOf('0'));
      await store.put(`${key}2`, bytesOf('x'));
      await store.delete(`${key}2`);
      const compacted = (await store.put(key, bytesOf('1'))).revision;
      await store.put(key, bytesOf('2'));
      await under.compact(compacted);
      for (const from of [revision, compacted]) {
        const watch = store.watch(under.prefix, { from });
        const items = await take(under, watch, 2);
        equalLists(told(items), ['compacted', `+${key}=2`], `what a watch from ${from} is told`);
        equal(items[0]?.revision, compacted, 'the revision of the compaction');
        const { entries } = await store.range(under.prefix, { revision: compacted });
        equal(textOf(entries[0]?.value), '1', 'the state at it, which can be read');
        await watch.return();
      }
      const whole = store.watch(under.prefix, { from: compacted + 1 });
      equalLists(told(await take(under, whole, 1)), [`+${key}=2`], 'what a watch from after it is told');
      await whole.return();
    },
  },
  {
    name: 'a watch goes on without a gap or a repeat when connections break',
    needs: ['disconnect'],
    async run(under) {
      const [watcher, writer] = [await under.open(), await under.open()];
      const key = `${under.prefix}key`;
      const watch = watcher.watch(under.prefix);
      await soon(under, watch.started, 'the start');
      const count = 40;
      const writing = later(puts(writer, key, count));
      const rounds: number[] = [];
      while (rounds.length < count) {
        if (rounds.length % 8 === 3) await under.disconnect(watcher);
        rounds.push(...told(await take(under, watch, 1)).map((text) => Number(text.split('=')[1])));
      }
      await writing;
      equalLists(
        rounds,
        Array.from({ length: count }, (_, round) => round),
        'what it is told',
      );
      await watch.return();
    },
  },
  {
    name: 'a watch that was cut off is told what it missed; or that it is compacted',
    needs: ['cut', 'compact'],
    async run(under) {
      const [watcher, writer] = [await under.open(), await under.open()];
      const key = `${under.prefix}key`;
      const watch = watcher.watch(under.prefix);
      await soon(under, watch.started, 'the start');
      await writer.put(key, bytesOf('0'));
      await take(under, watch, 1);
      const mend = await under.cut(watcher);
      await puts(writer, key, 3);
      await mend();
      equalLists(told(await take(under, watch, 3)), [`+${key}=0`, `+${key}=1`, `+${key}=2`], 'the missed');

      const mendAgain = await under.cut(watcher);
      await puts(writer, key, 3);
      const { revision } = await writer.put(key, bytesOf('compacted'));
      await under.compact(revision);
      await writer.put(key, bytesOf('kept'));
      await mendAgain();
      const items: WatchItem[] = [];
      while (told(items).at(-1) !== `+${key}=kept`) items.push(...(await take(under, watch, 1)));
      if (items[0]?.kind === 'compacted') {
        equalLists(told(items), ['compacted', `+${key}=kept`], 'what it is told after a compaction');
        equal(items[0].revision, revision, 'the revision of the compaction');
      } else {
        // A connection may outlive a short cut, with all that it had to bring.
        const all = ['0', '1', '2', 'compacted', 'kept'].map((value) => `+${key}=${value}`);
        equalLists(told(items), all, 'what it is told where nothing was lost');
      }
      await watch.return();
    },
  },
  {
    name: 'a watch goes on when the servers have been restarted',
    needs: ['restart'],
    async run(under) {
      const [watcher, writer] = [await under.open(), await under.open()];
      const key = `${under.prefix}key`;
      const watch = watcher.watch(under.prefix);
      await soon(under, watch.started, 'the start');
      await puts(writer, key, 3);
      await under.restart();
      equal(textOf((await writer.get(key))?.value), '2', 'what was acknowledged before');
      await puts(writer, key, 3);
      const expected = [0, 1, 2, 0, 1, 2].map((round) => `+${key}=${round}`);
      equalLists(told(await take(under, watch, 6)), expected, 'what it is told');
      await watch.return();
    },
  },
];

async function puts(writer: CoordinationStore, key: string, count: number): Promise<void> {
  for (let round = 0; round < count; round++) await writer.put(key, bytesOf(`${round}`));
}
