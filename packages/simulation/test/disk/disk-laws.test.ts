// Goal: after any crash the disk holds what it may hold, and nothing else. Method: random work on one simulated disk
// beside a small model that keeps, since the last sync, every version that the cache has gone through. A sector is
// written whole, from the cache: so after a crash each sector is one of its versions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DiskConditions } from '../../src/plan/fault-plan.ts';
import { DiskUnderTest } from './disk-under-test.ts';

type Step =
  | { readonly kind: 'write'; readonly position: number; readonly length: number }
  | { readonly kind: 'append'; readonly length: number }
  | { readonly kind: 'truncate'; readonly size: number }
  | { readonly kind: 'sync' }
  | { readonly kind: 'crash' };

const sector = 512;
const sizes = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1_500 }));
const write = fc.record({
  kind: fc.constant('write' as const),
  position: fc.integer({ min: 0, max: 2_500 }),
  length: sizes,
});
const append = fc.record({ kind: fc.constant('append' as const), length: sizes });
const truncate = fc.record({
  kind: fc.constant('truncate' as const),
  size: fc.integer({ min: 0, max: 2_500 }),
});
const sync = fc.constant({ kind: 'sync' as const });
const crash = fc.constant({ kind: 'crash' as const });
const seeds = fc.integer({ min: 0, max: 1_000_000 });

/** Does `steps`; calls `onCrash` with the versions of the file since it was last durable, and what is found. */
function work(
  under: DiskUnderTest,
  steps: readonly Step[],
  onCrash: (versions: readonly Uint8Array[], found: Uint8Array) => void,
): void {
  let versions: Uint8Array[] = [new Uint8Array(0)];
  let stamp = 0;
  under.write('file', 0, new Uint8Array(0));
  under.sync('file');
  under.syncDirectory('');
  const change = (size: number, position: number, bytes: Uint8Array): void => {
    const next = new Uint8Array(size);
    next.set(versions.at(-1)!.subarray(0, size));
    next.set(bytes, position);
    versions.push(next);
  };
  for (const step of steps) {
    const current = versions.at(-1)!;
    switch (step.kind) {
      case 'write':
      case 'append': {
        const position = step.kind === 'write' ? step.position : current.length;
        const bytes = new Uint8Array(step.length).fill((stamp++ % 255) + 1);
        expect(under.write('file', position, bytes)).toBe('ok');
        change(Math.max(current.length, position + step.length), position, bytes);
        break;
      }
      case 'truncate':
        expect(under.truncate('file', step.size)).toBe('ok');
        change(step.size, 0, new Uint8Array(0));
        break;
      case 'sync':
        expect(under.sync('file')).toBe('ok');
        versions = [current];
        break;
      case 'crash': {
        under.restart();
        const found = under.contents('file')!;
        onCrash(versions, found);
        versions = [found];
      }
    }
    same(under.contents('file')!, versions.at(-1)!);
  }
}

/** Quicker than a matcher, byte by byte. */
function same(found: Uint8Array, wanted: Uint8Array): void {
  if (Buffer.compare(found, wanted) !== 0) expect(found).toEqual(wanted);
}

function sectorsOf(bytes: Uint8Array, count: number): string[] {
  const padded = new Uint8Array(count * sector);
  padded.set(bytes);
  return Array.from({ length: count }, (_, index) =>
    Buffer.from(padded.buffer, index * sector, sector).toString('base64'),
  );
}

describe('after a crash', () => {
  test('each sector is what it once was since the last sync, and so is the size', () => {
    const steps = fc.array(fc.oneof({ weight: 4, arbitrary: write }, append, append, sync, crash), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(seeds, steps, (seed, steps) => {
        work(new DiskUnderTest({ seed }), [...steps, { kind: 'crash' }], (versions, found) => {
          const count = Math.ceil(Math.max(...versions.map(({ length }) => length), 1) / sector);
          const once = versions.map((version) => sectorsOf(version, count));
          for (const [index, content] of sectorsOf(found, count).entries()) {
            expect(once.map((version) => version[index])).toContain(content);
          }
          expect(found.length).toBeGreaterThanOrEqual(versions[0]!.length);
          expect(found.length).toBeLessThanOrEqual(versions.at(-1)!.length);
        });
      }),
    );
  });

  test('where files were cut off too, each byte is what it once was, or zero', () => {
    const steps = fc.array(fc.oneof(write, append, truncate, sync, crash), { maxLength: 30 });
    fc.assert(
      fc.property(seeds, steps, (seed, steps) => {
        work(new DiskUnderTest({ seed }), [...steps, { kind: 'crash' }], (versions, found) => {
          const once = (byte: number, position: number): boolean =>
            byte === 0 || versions.some((version) => version[position] === byte);
          expect(found.findIndex((byte, position) => !once(byte, position))).toBe(-1);
        });
      }),
    );
  });

  test('everything is there that was synced last', () => {
    const steps = fc.array(fc.oneof(write, append, truncate), { maxLength: 20 });
    fc.assert(
      fc.property(seeds, steps, (seed, steps) => {
        const under = new DiskUnderTest({ seed, conditions: { tornWrites: 1, lostWrites: 1 } });
        work(under, [...steps, { kind: 'sync' }, { kind: 'crash' }], (versions, found) => {
          same(found, versions[0]!);
        });
      }),
    );
  });

  test('everything is there at all when chance is kept out', () => {
    const steps = fc.array(fc.oneof(write, append, truncate, crash), { maxLength: 20 });
    const conditions = { lyingFlushes: 0.5, misdirectedWrites: 0.5, bitRot: 0.5, failedWrites: 0.5 };
    fc.assert(
      fc.property(seeds, steps, (seed, steps) => {
        const under = new DiskUnderTest({ seed, only: [], conditions });
        work(under, [...steps, { kind: 'crash' }], (versions, found) => {
          same(found, versions.at(-1)!);
        });
      }),
    );
  });
});

describe('chance', () => {
  const conditions: DiskConditions = {
    failedReads: 0.1,
    failedWrites: 0.1,
    failedFlushes: 0.2,
    lyingFlushes: 0.2,
    misdirectedWrites: 0.1,
    bitRot: 0.1,
  };
  const steps = fc.array(fc.oneof(write, append, truncate, sync, crash), { maxLength: 40 });

  /** Everything that can be seen of a run. */
  function run(under: DiskUnderTest, steps: readonly Step[]): unknown[] {
    const seen: unknown[] = [];
    for (const step of steps) {
      if (step.kind === 'write') {
        seen.push(under.write('file', step.position, new Uint8Array(step.length).fill(seen.length)));
      } else if (step.kind === 'append') {
        const end = under.callbacks.sizeOf('file') ?? 0;
        seen.push(under.write('file', end, new Uint8Array(step.length).fill(seen.length)));
      } else if (step.kind === 'truncate') seen.push(under.truncate('file', step.size));
      else if (step.kind === 'sync') seen.push(under.sync('file'));
      else under.restart();
      seen.push(Buffer.from(under.contents('file') ?? []).toString('base64'));
    }
    return [...seen, under.trace, under.choices.taken];
  }

  test('does the same damage at the same seed', () => {
    fc.assert(
      fc.property(seeds, steps, (seed, steps) => {
        const [first, again] = [0, 1].map(() => run(new DiskUnderTest({ seed, conditions }), steps));
        expect(again).toEqual(first);
      }),
    );
  });

  test('does the same damage again when only that is allowed, and none of what is not', () => {
    fc.assert(
      fc.property(seeds, steps, (seed, steps) => {
        const first = new DiskUnderTest({ seed, conditions });
        const seen = run(first, steps);
        const { taken } = first.choices;
        expect(run(new DiskUnderTest({ seed, conditions, only: taken }), steps)).toEqual(seen);
        const masked = new DiskUnderTest({ seed, conditions, only: taken.slice(0, taken.length / 2) });
        run(masked, steps);
        for (const choice of masked.choices.taken) expect(taken).toContainEqual(choice);
      }),
    );
  });
});
