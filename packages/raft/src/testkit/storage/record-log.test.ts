// Goal: a member never forgets what it has promised without knowing that it forgot. Method: transcripts of each fault
// that a disk may have, then random work under random faults.
import type { Choice, DiskConditions } from '@holdfast/simulation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogUnderTest, type LogUnderTestOptions, wordsOf } from '../../../test/storage/log-under-test.ts';

/** What happens at the `ordinal`-th write (of all files) or flush. */
function at(kind: string, ordinal: number): Choice {
  return { kind, subject: 'a', ordinal };
}

/** Writes of the creation: the log and the superblock. Then each batch writes the log and the superblock again. */
const [, , firstFrame, firstSuperblock, secondFrame] = [0, 1, 2, 3, 4];

test('what was appended is there after a crash, and so is what replaced it', () => {
  const log = new LogUnderTest();
  log.recover();
  log.create('m1', 'a');
  log.append('b c');
  log.append('d');
  log.crash();
  log.recover();
  log.replace('snapshot d');
  log.append('e');
  log.crash();
  log.recover();
  expect(log.transcript).toEqual([
    'recover: nothing',
    'create m1 [a]: ok',
    'append b c: ok',
    'append d: ok',
    'crash',
    'recover: m1 [a b c d]',
    'replace by snapshot d: ok',
    'append e: ok',
    'crash',
    'recover: m1 [snapshot d e]',
  ]);
  expect(log.disk.list('')).toEqual(['log-00000002', 'superblock']);
});

test('a torn end is cut off, however it was torn', () => {
  const long = 'x'.repeat(3_000);
  const found = new Set<string | undefined>();
  for (let seed = 0; seed < 100; seed++) {
    const log = new LogUnderTest({ seed });
    log.create('m1', 'a');
    log.append('b');
    const end = log.disk.sizeOf('log-00000001')!;
    log.log.append([new TextEncoder().encode(long)], () => {});
    log.world.advanceSync(`${50 + 20 * seed}us`);
    log.crash();
    found.add(wordsOf(log.recover()));
    if (wordsOf(log.recover()) === 'a b') expect(log.disk.sizeOf('log-00000001')).toBe(end);
    log.append('c');
    log.crash();
    expect(wordsOf(log.recover())).toMatch(/^a b (x+ )?c$/);
  }
  expect(found).toEqual(new Set(['a b', `a b ${long}`]));
});

describe('what was durable and is not what it was keeps the member from starting', () => {
  const refusal = 'do not start on it; let the member join anew with an empty disk';

  /** The last line of: create, append, append, crash, recover. */
  function lastLine(options: LogUnderTestOptions): string {
    const log = new LogUnderTest(options);
    log.create('m1', 'a');
    log.append('b');
    log.append('c');
    log.crash();
    log.recover();
    return log.transcript.at(-1)!;
  }

  test('rot in the middle of the log', () => {
    expect(lastLine({ only: [at('bit-rot', firstFrame)], conditions: { bitRot: 0.1 } })).toBe(
      `recover: LOG_DAMAGED: log-00000001 was durable to byte 75, and is broken at byte 25: ${refusal}`,
    );
  });

  test('rot in the last batch, which looks like a torn one', () => {
    expect(lastLine({ only: [at('bit-rot', secondFrame)], conditions: { bitRot: 0.1 } })).toBe(
      `recover: LOG_DAMAGED: log-00000001 was durable to byte 75, and is broken at byte 50: ${refusal}`,
    );
  });

  test('rot in the superblock', () => {
    const log = new LogUnderTest({ only: [at('bit-rot', firstSuperblock)], conditions: { bitRot: 0.1 } });
    log.create('m1', 'a');
    log.append('b');
    log.crash();
    log.recover();
    expect(log.transcript.at(-1)).toBe(
      `recover: LOG_DAMAGED: the superblock is not what was written: ${refusal}`,
    );
  });

  test('a batch that went to another place', () => {
    const log = new LogUnderTest();
    log.create('m1', 'a');
    log.append('x'.repeat(2_000));
    const over = log.model.trouble({ misdirectedWrites: 1 });
    log.append('b');
    over();
    log.crash();
    log.recover();
    expect(log.transcript.at(-1)).toMatch(/^recover: LOG_DAMAGED: log-00000001 was durable to byte \d+/);
  });

  test('a flush of the log that lied', () => {
    const conditions = { lyingFlushes: 0.1, lostWrites: 1 };
    // Flushes of the creation: log, draft, and twice the names; then log and superblock of each batch.
    const [lie, loss] = [at('lying-flush', 6), at('lost-write', 0)];
    expect(lastLine({ only: [lie, loss], conditions })).toBe(
      `recover: LOG_DAMAGED: log-00000001 was durable to byte 75, and is broken at byte 50: ${refusal}`,
    );
  });

  test('a log that is gone', () => {
    const log = new LogUnderTest();
    log.create('m1', 'a');
    log.disk.remove('log-00000001', () => {});
    log.disk.syncDirectory('', () => {});
    log.world.advanceSync('1s');
    log.crash();
    log.recover();
    expect(log.transcript.at(-1)).toBe(`recover: LOG_DAMAGED: log-00000001 is gone: ${refusal}`);
  });

  test('a superblock that is gone', () => {
    const log = new LogUnderTest();
    log.create('m1', 'a');
    log.append('b');
    log.disk.remove('superblock', () => {});
    log.disk.syncDirectory('', () => {});
    log.world.advanceSync('1s');
    log.crash();
    log.recover();
    expect(log.transcript.at(-1)).toBe(
      `recover: LOG_DAMAGED: there is a log, and no superblock that says whose: ${refusal}`,
    );
  });
});

test('a disk that cannot be read is not taken for a damaged one', () => {
  const log = new LogUnderTest();
  log.create('m1', 'a');
  log.crash();
  const over = log.model.trouble({ failedReads: 1 });
  expect(log.recover().found).toBe('failure');
  over();
  log.crash();
  log.recover();
  expect(log.transcript.at(-1)).toBe('recover: m1 [a]');
});

test('a full disk makes the log read-only until there is space', () => {
  const log = new LogUnderTest();
  log.create('m1', 'a');
  const over = log.model.fill();
  log.append('b');
  log.append('c');
  log.note(`read-only: ${log.log.readOnly}`);
  log.log.resume();
  log.world.advanceSync('1s');
  over();
  log.log.resume();
  log.world.advanceSync('1s');
  log.note(`read-only: ${log.log.readOnly}`);
  log.crash();
  log.recover();
  expect(log.transcript).toEqual([
    'create m1 [a]: ok',
    'the log is read-only',
    'append b: waits',
    'append c: waits',
    'read-only: true',
    'the log is read-only',
    'append b: ok, at last',
    'append c: ok, at last',
    'read-only: false',
    'crash',
    'recover: m1 [a b c]',
  ]);
});

test('a crash of a full disk loses nothing that was promised', () => {
  const log = new LogUnderTest();
  log.create('m1', 'a');
  const over = log.model.fill();
  log.append('b');
  log.crash();
  log.recover();
  over();
  log.append('c');
  log.crash();
  log.recover();
  expect(log.transcript.slice(-3)).toEqual(['append c: ok', 'crash', 'recover: m1 [a c]']);
});

test('no more waits for space than has a bound', () => {
  const log = new LogUnderTest();
  log.create('m1', 'a');
  log.model.fill();
  log.append('b');
  const outcomes: (string | undefined)[] = [];
  for (let index = 0; index < 3; index++) {
    log.log.append([new Uint8Array(30 * 2 ** 20)], (error) => outcomes.push(error?.code));
  }
  expect(outcomes).toEqual(['DISK_FULL']);
});

test('a failed flush ends the log for good, and is never tried again', () => {
  const log = new LogUnderTest();
  log.create('m1', 'a');
  const over = log.model.trouble({ failedFlushes: 1 });
  log.append('b');
  over();
  const { operations } = log;
  log.append('c');
  log.log.resume();
  log.append('d');
  expect(log.operations).toBe(operations);
  expect(log.log.failure?.code).toBe('DISK_FAILED');
  log.crash();
  log.recover();
  expect(log.transcript).toEqual([
    'create m1 [a]: ok',
    'append b: DISK_FAILED',
    'append c: DISK_FAILED',
    'append d: DISK_FAILED',
    'crash',
    'recover: m1 [a]',
  ]);
});

test('a failed write ends the log for good', () => {
  const log = new LogUnderTest();
  log.create('m1', 'a');
  log.model.setConditions({ failedWrites: 1 });
  log.append('b');
  expect(log.transcript.at(-1)).toBe('append b: DISK_FAILED');
});

test('a lost disk is known to be lost: its successor is another member', () => {
  const log = new LogUnderTest();
  log.create('m1', 'voted-for-b');
  log.wipe();
  log.recover();
  log.create('m1-again', 'learner');
  log.crash();
  log.recover();
  expect(log.transcript).toEqual([
    'create m1 [voted-for-b]: ok',
    'the disk is lost',
    'recover: nothing',
    'create m1-again [learner]: ok',
    'crash',
    'recover: m1-again [learner]',
  ]);
});

test('a log whose creation was cut short was never there, and can be created', () => {
  const found = new Set<string>();
  for (let seed = 0; seed < 300; seed++) {
    const log = new LogUnderTest({ seed });
    log.log.create('m1', [new Uint8Array(2_000)], () => {});
    log.world.advanceSync(`${seed * 10}us`);
    log.crash();
    const first = log.recover();
    found.add(first.found);
    if (first.found !== 'nothing') continue;
    log.create('m2', 'a');
    log.crash();
    log.recover();
    expect(log.transcript.slice(-3)).toEqual(['create m2 [a]: ok', 'crash', 'recover: m2 [a]']);
  }
  expect(found).toEqual(new Set(['nothing', 'records']));
});

test('it cannot find a disk that forgets everything since a moment', () => {
  const log = new LogUnderTest({ conditions: { lostWrites: 1 } });
  log.create('m1', 'a');
  log.model.setConditions({ lyingFlushes: 1, lostWrites: 1 });
  log.append('b');
  log.crash();
  log.recover();
  expect(log.transcript.slice(1)).toEqual(['append b: ok', 'crash', 'recover: m1 [a]']);
});

describe('whatever happens', () => {
  type Step =
    | { readonly kind: 'append' | 'replace'; readonly length: number; readonly wait: number }
    | { readonly kind: 'crash' };
  const change = fc.record({
    kind: fc.constantFrom('append' as const, 'append' as const, 'replace' as const),
    length: fc.integer({ min: 1, max: 1_500 }),
    wait: fc.integer({ min: 0, max: 3_000 }),
  });
  const steps = fc.array(
    fc.oneof({ weight: 4, arbitrary: change }, fc.constant({ kind: 'crash' as const })),
    {
      maxLength: 25,
    },
  );

  /**
   * Does `steps`, and at each crash compares what is found with what was promised: the batches so far, of which only
   * those that nobody was told of may lack. Returns how it ended.
   */
  function work(
    options: { seed: number; conditions: DiskConditions },
    steps: readonly Step[],
  ): 'sound' | 'damaged' {
    const { seed, conditions } = options;
    const log = new LogUnderTest({ seed });
    log.create('m1', '0');
    log.model.setConditions(conditions);
    let states: string[] = ['0'];
    let promised = 0;
    let next = 1;
    for (const step of [...steps, { kind: 'crash' } as const]) {
      if (step.kind === 'crash') {
        log.crash();
        let found = log.recover();
        while (found.found === 'failure') {
          log.crash();
          found = log.recover();
        }
        if (found.found !== 'records') return 'damaged';
        const words = wordsOf(found)!;
        expect(states.slice(promised)).toContain(words);
        states = [words];
        promised = 0;
        continue;
      }
      const word = `${next++}`.padEnd(step.length, 'x');
      const state = states.length;
      states.push(step.kind === 'append' ? `${states.at(-1)} ${word}` : word);
      const done = (error: unknown): void => {
        if (error === undefined) promised = Math.max(promised, state);
      };
      log.log[step.kind]([new TextEncoder().encode(word)], done);
      log.world.advanceSync(`${step.wait}us`);
    }
    return 'sound';
  }

  test('crashes, failed writes and failed flushes lose nothing that was promised', () => {
    fc.assert(
      fc.property(fc.integer(), steps, (seed, steps) => {
        const conditions = { failedWrites: 0.05, failedFlushes: 0.05, failedReads: 0.05 };
        expect(work({ seed, conditions }, steps)).toBe('sound');
      }),
      { numRuns: 300 },
    );
  });

  test('rot and misdirection are found, or have done no harm', () => {
    const ends = { sound: 0, damaged: 0 };
    fc.assert(
      fc.property(fc.integer(), steps, (seed, steps) => {
        const conditions = { bitRot: 0.1, misdirectedWrites: 0.1, failedFlushes: 0.02 };
        ends[work({ seed, conditions }, steps)]++;
      }),
      { numRuns: 300 },
    );
    expect(ends.damaged).toBeGreaterThan(10);
    expect(ends.sound).toBeGreaterThan(10);
  });
});
