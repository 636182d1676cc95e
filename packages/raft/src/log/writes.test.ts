import { describe, expect, test } from 'vitest';
import { emptyConfiguration } from '../membership/membership.ts';
import type { Entry } from './entry.ts';
import { Log } from './log.ts';
import type { WriteBatch } from './write-batch.ts';
import { Writes } from './writes.ts';

/** A log and what of it is written, moved as a member moves them. */
class Written {
  readonly log = new Log<string>(0, 0, undefined);
  readonly writes = new Writes<string>(0);

  append(...terms: number[]): this {
    for (const term of terms) {
      const entry: Entry<string> = { kind: 'blank', index: this.log.lastIndex + 1, term, bytes: 0 };
      this.log.append(entry);
    }
    return this;
  }

  truncate(index: number): this {
    this.log.truncateFrom(index);
    this.writes.truncated(index);
    return this;
  }

  take(): WriteBatch<string> | undefined {
    return this.writes.take(this.log, 1, undefined);
  }
}

const shown = (batch: WriteBatch<string> | undefined): unknown =>
  batch && [batch.sequence, batch.truncateFrom, batch.entries.map(({ index, term }) => `${index}/${term}`)];

test('hands out each entry once, and nothing when there is nothing', () => {
  const written = new Written().append(1, 1);
  expect(shown(written.take())).toEqual([1, undefined, ['1/1', '2/1']]);
  expect(written.take()).toBe(undefined);
  expect(shown(written.append(2).take())).toEqual([2, undefined, ['3/2']]);
  written.writes.hardStateIsNew();
  expect(shown(written.take())).toEqual([3, undefined, []]);
});

test('says from where the disk has to be cut, though only if it has what is cut', () => {
  const written = new Written().append(1, 1, 1);
  written.take();
  written.append(1).truncate(4);
  expect(written.take()).toBe(undefined);
  expect(shown(written.truncate(2).append(2).take())).toEqual([2, 2, ['2/2']]);
});

describe('what is durable', () => {
  test('grows with the batches in order, and a later one stands for the earlier', () => {
    const written = new Written().append(1);
    written.take();
    written.append(1);
    written.take();
    written.writes.written(2);
    expect(written.writes.durable).toBe(2);
    written.writes.written(1);
    expect([written.writes.durable, written.writes.durableSequence]).toEqual([2, 2]);
    expect(() => written.writes.written(3)).toThrow('batch 3 written, but the last is 2');
  });

  test('never includes entries that took the place of those in a batch that is done late', () => {
    const written = new Written().append(1, 1, 1);
    written.take(); // 1: entries 1 to 3 of term 1
    written.truncate(2).append(2, 2);
    written.take(); // 2: entries 2 and 3 of term 2
    written.writes.written(1);
    expect(written.writes.durable).toBe(1);
    written.writes.written(2);
    expect(written.writes.durable).toBe(3);
  });

  test('not even if they came back as they were', () => {
    const written = new Written().append(1, 1);
    written.take();
    written.truncate(2).append(1);
    written.writes.written(1);
    expect(written.writes.durable).toBe(1);
  });

  test('falls to nothing while a snapshot takes the place of the log', () => {
    const written = new Written().append(1, 1);
    written.take();
    const snapshot = {
      id: 's',
      index: 9,
      term: 3,
      configuration: emptyConfiguration,
      configurationIndex: 0,
      bytes: 0,
    };
    written.log.restore(snapshot);
    written.writes.restored(snapshot);
    written.append(3);
    const batch = written.take();
    expect([batch?.snapshot, shown(batch)]).toEqual([snapshot, [2, undefined, ['10/3']]]);
    written.writes.written(1);
    expect(written.writes.durable).toBe(0);
    written.writes.written(2);
    expect(written.writes.durable).toBe(10);
  });
});

describe('which batch an answer has to wait for', () => {
  test('none, for what is durable already', () => {
    const written = new Written().append(1);
    written.take();
    written.writes.written(1);
    expect(written.writes.sequenceFor(1)).toBe(0);
  });

  test('the first one that holds it, or the next', () => {
    const written = new Written().append(1);
    written.take();
    written.append(1);
    written.take();
    written.append(1);
    expect([1, 2, 3].map((index) => written.writes.sequenceFor(index))).toEqual([1, 2, 3]);
  });

  test('and the one with the hard state', () => {
    const written = new Written();
    written.writes.hardStateIsNew();
    expect(written.writes.sequenceFor(0)).toBe(1);
    written.take();
    written.append(1);
    written.take();
    expect([written.writes.sequenceFor(0), written.writes.sequenceFor(1)]).toEqual([1, 2]);
  });
});
