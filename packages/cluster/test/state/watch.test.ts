import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/etcd/key-value.ts';
import type { StateSnapshot } from '../../src/state/state-machine.ts';
import { Store } from '../../src/state/store.ts';
import type { WatchBatch, Watcher } from '../../src/state/watch/watcher.ts';
import { bytesOf, NaiveStore, textOf } from './naive-store.ts';
import { anyCommand, anyKey, anyRangeEnd, commandBytes, plain } from './random-commands.ts';

const anyWatch = fc.record({
  key: anyKey,
  rangeEnd: anyRangeEnd,
  /** So many revisions before the present one; or, undefined, what comes from now on. */
  back: fc.option(fc.integer({ min: -3, max: 15 }), { nil: undefined }),
  noPut: fc.nat(4).map((chance) => chance === 0),
  noDelete: fc.nat(4).map((chance) => chance === 0),
  previous: fc.boolean(),
  /** It takes none of so many in a row, of ten. */
  slow: fc.nat(9),
});

const anyStep = fc.oneof(
  { weight: 14, arbitrary: anyCommand.map((command) => ({ command })) },
  { weight: 4, arbitrary: anyWatch.map((watch) => ({ watch })) },
  { weight: 6, arbitrary: fc.constant('idle' as const) },
  { weight: 6, arbitrary: fc.nat(4).map((follow) => ({ follow })) },
  { weight: 3, arbitrary: fc.nat(5).map((resume) => ({ resume })) },
  { weight: 1, arbitrary: fc.nat(5).map((cancel) => ({ cancel })) },
  { weight: 1, arbitrary: fc.constant('install' as const) },
);

/** A watcher with what it got, and what it should have. */
class Watched {
  readonly got: Event[] = [];
  readonly watcher: Watcher;
  readonly start: number;
  compactedAt: number | undefined;
  isCancelled = false;
  private turn = 0;
  private readonly store: Store;
  private readonly options: { key: Uint8Array; rangeEnd: Uint8Array; slow: number; previous: boolean } & {
    noPut: boolean;
    noDelete: boolean;
  };

  constructor(store: Store, options: Watched['options'], startRevision: number) {
    this.store = store;
    this.options = options;
    this.start = startRevision === 0 ? store.revision + 1 : startRevision;
    this.watcher = store.watch(
      { ...options, startRevision },
      {
        events: (batch) => this.take(batch),
        compacted: (revision) => {
          expect(this.isCancelled || this.compactedAt !== undefined).toBe(false);
          expect(revision).toBe(store.compactedRevision);
          expect(this.watcher.nextRevision).toBeLessThan(revision);
          this.compactedAt = revision;
        },
      },
    );
    expect(this.got).toEqual([]);
  }

  get wantsMore(): boolean {
    return !this.isCancelled && this.compactedAt === undefined && !this.watcher.synced;
  }

  /** All that it has to have got by now, since what comes before `nextRevision` is behind it. */
  expectRight(model: NaiveStore): void {
    const next = this.isCancelled || this.compactedAt !== undefined ? undefined : this.watcher.nextRevision;
    const { options } = this;
    const all = model
      .events(textOf(options.key), textOf(options.rangeEnd), this.start)
      .filter(({ type }) => !(type === 0 ? options.noPut : options.noDelete));
    const expected = all.slice(0, this.got.length);
    // What was before is told unless it was compacted at the time.
    const withoutPrevious = ({ type, kv }: Event) => ({ type, kv });
    expect(plain(this.got.map(withoutPrevious))).toEqual(plain(expected.map(withoutPrevious)));
    if (next === undefined) return;
    const missed = all[this.got.length];
    if (missed !== undefined) expect(missed.kv!.modRevision).toBeGreaterThanOrEqual(next);
    if (this.watcher.synced && missed !== undefined) {
      expect(missed.kv!.modRevision).toBeGreaterThan(this.store.revision);
    }
  }

  private take(batch: WatchBatch): boolean {
    const { events, revision } = batch;
    expect(this.isCancelled || this.compactedAt !== undefined).toBe(false);
    expect(events.length).toBeGreaterThan(0);
    expect(revision).toBe(this.store.revision);
    if (this.turn++ % 10 < this.options.slow) return false;
    const last = this.got.at(-1)?.kv?.modRevision ?? 0;
    // Revisions are not parted.
    expect(events[0]!.kv!.modRevision).toBeGreaterThan(last);
    if (this.watcher?.synced) expect(new Set(events.map(({ kv }) => kv!.modRevision)).size).toBe(1);
    for (const event of events) {
      const mod = event.kv!.modRevision;
      expect(event.prevKv !== undefined && !this.options.previous).toBe(false);
      if (mod - 1 < this.store.compactedRevision) expect(event.prevKv).toBe(undefined);
    }
    this.got.push(...events);
    return true;
  }

  expectPrevious(model: NaiveStore, compacted: number): void {
    if (!this.options.previous) return;
    const all = model.events(textOf(this.options.key), textOf(this.options.rangeEnd), this.start);
    for (const { kv, prevKv } of this.got) {
      if (kv!.modRevision - 1 < compacted) continue;
      const same = all.find(
        (event) => event.kv!.modRevision === kv!.modRevision && textOf(event.kv!.key) === textOf(kv!.key),
      );
      expect(plain(prevKv)).toEqual(plain(same?.prevKv));
    }
  }
}

describe('watchers', () => {
  test('get every event of their range, once and in order, or are told of the compaction', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 120, size: 'max' }), (steps) => {
        const leader = new Store();
        const model = new NaiveStore();
        const follower = new Store();
        const log: Uint8Array[] = [];
        const watched: Watched[] = [];
        const follow = (): void => {
          const index = follower.appliedIndex;
          if (index < log.length) follower.apply(log[index]!, index + 1, 1, index + 1);
        };
        for (const step of steps) {
          if (step === 'idle') {
            follower.idle(0, () => 0);
          } else if (step === 'install') {
            install(leader.snapshot(), follower);
          } else if ('command' in step) {
            const payload = step.command.payload(model.revision);
            log.push(commandBytes(step.command, model.revision));
            leader.apply(log.at(-1)!, log.length, 1, log.length);
            step.command.expected(model, payload);
          } else if ('follow' in step) {
            for (let count = 0; count <= step.follow; count++) follow();
          } else if ('watch' in step) {
            const { back } = step.watch;
            const start = back === undefined ? 0 : Math.max(1, follower.revision - back);
            watched.push(new Watched(follower, step.watch, start));
          } else if (watched.length > 0 && 'resume' in step) {
            watched[step.resume % watched.length]!.watcher.resume();
          } else if (watched.length > 0 && 'cancel' in step) {
            const one = watched[step.cancel % watched.length]!;
            one.watcher.cancel();
            one.isCancelled = true;
          }
          if (step === 'idle' || step === 'install') for (const one of watched) one.expectRight(model);
        }
        while (follower.appliedIndex < log.length) follow();
        for (let round = 0; round < 100 && watched.some((one) => one.wantsMore); round++) {
          for (const one of watched) if (one.wantsMore) one.watcher.resume();
          while (follower.idle(1, () => 0)) {}
        }
        for (const one of watched) {
          expect(one.wantsMore).toBe(false);
          one.expectRight(model);
          one.expectPrevious(model, follower.compactedRevision);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('catch up piece by piece, along the history of one key and of a range', () => {
    const store = new Store();
    const put = (key: string, value: number): void => {
      const payload = Uint8Array.of(0x0a, key.length, ...bytesOf(key), 0x12, 1, value & 0x7f);
      store.apply(Uint8Array.of(1, 0, 0, ...payload), store.appliedIndex + 1, 1, 1);
    };
    for (let round = 0; round < 6000; round++) {
      put('hot', round);
      put(`k${round % 50}`, round);
    }
    const collected = { hot: 0, cold: 0, prefix: 0, batches: 0 };
    const collect = (name: 'hot' | 'cold' | 'prefix') => ({
      events: (batch: WatchBatch) => {
        expect(batch.events.length).toBeLessThan(3000);
        collected[name] += batch.events.length;
        collected.batches++;
        return true;
      },
      compacted: () => expect.unreachable(),
    });
    const one = (key: string, rangeEnd = '') => ({
      key: bytesOf(key),
      rangeEnd: bytesOf(rangeEnd),
      startRevision: 2,
    });
    const watchers = [
      store.watch(one('hot'), collect('hot')),
      store.watch(one('k7'), collect('cold')),
      store.watch(one('k', 'l'), collect('prefix')),
    ];
    while (store.idle(1, () => 0)) {}
    expect(collected).toMatchObject({ hot: 6000, cold: 120, prefix: 6000 });
    expect(collected.batches).toBeGreaterThan(8);
    put('hot', 1);
    put('k7', 1);
    expect(collected).toMatchObject({ hot: 6001, cold: 121, prefix: 6001 });
    expect(watchers.every(({ synced }) => synced)).toBe(true);
  });

  test('may begin with the compacted revision itself, and its deletions, also after a snapshot', () => {
    const store = new Store();
    const apply = (kind: number, ...payload: number[]): void => {
      store.apply(Uint8Array.of(1, kind, 0, ...payload), store.appliedIndex + 1, 1, 1);
    };
    apply(0, 0x0a, 1, 0x6b, 0x12, 1, 1);
    apply(1, 0x0a, 1, 0x6b);
    apply(3, 0x08, 3);
    const other = new Store();
    install(store.snapshot(), other);
    for (const one of [store, other]) {
      // The first one has freed nothing yet, but tells no more for that.
      for (const [key, rangeEnd] of [
        ['k', ''],
        ['a', 'z'],
      ] as const) {
        const events: Event[] = [];
        const listener = {
          events: (batch: WatchBatch) => events.push(...batch.events) > 0,
          compacted: () => expect.unreachable(),
        };
        one.watch(
          { key: bytesOf(key), rangeEnd: bytesOf(rangeEnd), startRevision: 3, previous: true },
          listener,
        );
        one.idle(0, () => 0);
        expect(events.map(({ type, kv, prevKv }) => [type, kv?.modRevision, prevKv])).toEqual([
          [1, 3, undefined],
        ]);
      }
      // What comes after it makes it go.
      one.apply(Uint8Array.of(1, 0, 0, 0x0a, 1, 0x6c, 0x12, 1, 1), 4, 1, 1);
      one.apply(Uint8Array.of(1, 3, 0, 0x08, 4), 5, 1, 1);
      while (one.idle(1, () => 0)) {}
      expect(one.keyCount).toBe(1);
    }
  });

  test('that get the same event share it', () => {
    const store = new Store();
    const lists = new Set<readonly Event[]>();
    for (let count = 0; count < 1000; count++) {
      store.watch(
        { key: bytesOf('k'), rangeEnd: bytesOf(count % 2 === 0 ? '' : 'l') },
        {
          events: ({ events }) => {
            lists.add(events);
            return true;
          },
          compacted: () => {},
        },
      );
    }
    store.apply(Uint8Array.of(1, 0, 0, 0x0a, 1, 0x6b, 0x12, 1, 1), 1, 1, 1);
    expect(lists.size).toBe(1);
  });
});

function install(snapshot: StateSnapshot, into: Store): void {
  if (snapshot.index <= into.appliedIndex) {
    snapshot.release();
    return;
  }
  const restore = into.restore();
  for (let piece = snapshot.next(500); piece !== undefined; piece = snapshot.next(500)) restore.write(piece);
  snapshot.release();
  restore.finish();
}
