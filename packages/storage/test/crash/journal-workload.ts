import { expect } from 'vitest';
import type { Journal, SnapshotWriter } from '../../src/index.ts';

/** What a journal has promised so far, and what it may have done beyond that. */
export class Promises {
  epoch = 0;
  /** Records accepted, and records that were asked to be appended at all: positions after the last one. */
  accepted = 0;
  asked = 0;
  /** How far it was told to compact, and how far it said that it had. */
  compactAsked = 0;
  firstPosition = 0;
  readonly snapshots = new Map<string, SnapshotPromise>();
}

interface SnapshotPromise {
  /** `gone`: a removal was asked for, and may have happened or not; `removed`: it has. */
  state: 'begun' | 'committing' | 'committed' | 'gone' | 'removed';
  /** Bytes that are durable by promise, and bytes written. */
  durable: number;
  written: number;
}

const sizes = [0, 5, 100, 27, 28, 29, 700, 1, 1_500, 60];

/** The record that has `position`, whatever happens. Some are zeros, over several sectors. */
function recordAt(position: number): Uint8Array {
  const size = sizes[position % sizes.length]!;
  if (position % 20 === 8) return new Uint8Array(size);
  return Uint8Array.from({ length: size }, (_, index) => (position * 7 + index * 3 + 1) % 256);
}

const snapshotData: Uint8Array = Uint8Array.from(
  { length: 100_000 },
  (_, index) => (index * 5 + (index >>> 8)) % 256,
);

const description: Uint8Array = Uint8Array.of(1, 2, 3);

/** Does all that a journal is there for, and takes note of what is promised. */
export class JournalWorkload {
  readonly promises: Promises;
  readonly #open: () => Promise<Journal>;

  constructor(promises: Promises, open: () => Promise<Journal>) {
    this.promises = promises;
    this.#open = open;
  }

  async run(): Promise<void> {
    const first = await this.open();
    for (let round = 0; round < 6; round++) await this.append(first, 2, 1);
    const one = await this.begin(first, 'one');
    await this.write(one, 66_000);
    await this.sync(one);
    await this.append(first, 6, 6);
    await this.write(one, 70_000);
    await this.commit(one);
    await this.compact(first, 10);
    for (let round = 0; round < 5; round++) await this.append(first, 3, 2);
    const two = await this.begin(first, 'two');
    await this.write(two, 40);
    await this.sync(two);
    await this.compact(first, 20);
    await first.close();

    const second = await this.open();
    for (let round = 0; round < 5; round++) await this.append(second, 4, 3);
    const resumed = await this.begin(second, 'two');
    await this.write(resumed, 500);
    await this.commit(resumed);
    await this.remove(second, 'one');
    await this.compact(second, second.durablePosition);
    await this.append(second, 3, 1);
    await second.close();
  }

  async open(): Promise<Journal> {
    const journal = await this.#open();
    expect(journal.epoch).toBeGreaterThan(this.promises.epoch);
    this.promises.epoch = journal.epoch;
    return journal;
  }

  /** Appends `count` records by calls that overlap, with up to `most` records each. */
  async append(journal: Journal, count: number, most: number): Promise<void> {
    const { promises } = this;
    const calls: Promise<void>[] = [];
    const end = journal.nextPosition + count;
    while (journal.nextPosition < end) {
      const position = journal.nextPosition;
      const length = Math.min(end - position, 1 + (position % most));
      const records = Array.from({ length }, (_, index) => recordAt(position + index));
      promises.asked = Math.max(promises.asked, position + length);
      const call = journal.append(records, position).then((next) => {
        expect(next).toBe(position + length);
        promises.accepted = Math.max(promises.accepted, next);
      });
      calls.push(call);
    }
    const outcomes = await Promise.allSettled(calls);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async compact(journal: Journal, position: number): Promise<void> {
    this.promises.compactAsked = Math.max(this.promises.compactAsked, position);
    await journal.compact(position);
    this.promises.firstPosition = Math.max(this.promises.firstPosition, journal.firstPosition);
  }

  async begin(journal: Journal, id: string): Promise<SnapshotWriter> {
    const promise = this.promises.snapshots.get(id) ?? { state: 'begun', durable: 0, written: 0 };
    this.promises.snapshots.set(id, promise);
    const writer = await journal.snapshots.write(id, description);
    expect(writer.offset).toBeGreaterThanOrEqual(promise.durable);
    return writer;
  }

  async write(writer: SnapshotWriter, end: number): Promise<void> {
    this.#promise(writer.id).written = Math.max(this.#promise(writer.id).written, end);
    await writer.write(snapshotData.subarray(writer.offset, end));
  }

  async sync(writer: SnapshotWriter): Promise<void> {
    const { offset } = writer;
    await writer.sync();
    this.#promise(writer.id).durable = offset;
  }

  async commit(writer: SnapshotWriter): Promise<void> {
    this.#promise(writer.id).state = 'committing';
    const { size } = await writer.commit();
    expect(size).toBe(this.#promise(writer.id).written);
    this.#promise(writer.id).state = 'committed';
  }

  async remove(journal: Journal, id: string): Promise<void> {
    this.#promise(id).state = 'gone';
    await journal.snapshots.remove(id);
    this.#promise(id).state = 'removed';
  }

  /** Compares what a journal that was just opened holds with what was promised. */
  async check(journal: Journal): Promise<void> {
    const { promises } = this;
    const { firstPosition, nextPosition, durablePosition } = journal;
    expect(durablePosition).toBe(nextPosition);
    expect(nextPosition).toBeGreaterThanOrEqual(promises.accepted);
    expect(nextPosition).toBeLessThanOrEqual(promises.asked);
    expect(firstPosition).toBeLessThanOrEqual(promises.compactAsked);
    expect(firstPosition).toBeGreaterThanOrEqual(promises.firstPosition);
    let next = firstPosition;
    for await (const { position, bytes } of journal.read(firstPosition)) {
      expect(position).toBe(next++);
      expect(Buffer.compare(bytes, recordAt(position))).toBe(0);
    }
    expect(next).toBe(nextPosition);
    promises.accepted = nextPosition;
    promises.asked = nextPosition;
    for (const [id, promise] of promises.snapshots) await this.#checkSnapshot(journal, id, promise);
  }

  async #checkSnapshot(journal: Journal, id: string, promise: SnapshotPromise): Promise<void> {
    const { snapshots } = journal;
    const listed = snapshots.list().find((info) => info.id === id);
    const unfinished = snapshots.unfinished().find((info) => info.id === id);
    if (promise.state === 'committed') expect(listed).toBeDefined();
    if (promise.state === 'removed') expect([listed, unfinished]).toEqual([undefined, undefined]);
    if (promise.state === 'begun') expect(listed).toBeUndefined();
    if (listed !== undefined) {
      expect(listed.size).toBe(promise.written);
      expect(listed.description).toEqual(description);
      const reader = await snapshots.open(id);
      const data = await reader.read(0, promise.written + 10);
      expect(Buffer.compare(data, snapshotData.subarray(0, promise.written))).toBe(0);
      await reader.close();
      if (promise.state === 'committing') promise.state = 'committed';
    } else if (promise.state === 'begun' || promise.state === 'committing') {
      expect(unfinished?.size ?? 0).toBeGreaterThanOrEqual(promise.durable);
      expect(unfinished?.size ?? 0).toBeLessThanOrEqual(promise.written);
      promise.state = 'begun';
    }
  }

  #promise(id: string): SnapshotPromise {
    return this.promises.snapshots.get(id)!;
  }
}
