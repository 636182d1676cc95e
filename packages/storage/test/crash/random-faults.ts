import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import type { DiskConditions } from '@holdfast/simulation';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Journal, openJournal } from '../../src/index.ts';
import { DiskUnderTest } from '../disk-under-test.ts';
import { fillableDisk } from './fillable-disk.ts';

export type Step =
  | { readonly kind: 'append'; readonly lengths: readonly number[]; readonly await: boolean }
  /** The disk is full for a while, and that is noticed. */
  | { readonly kind: 'full'; readonly length: number }
  | { readonly kind: 'compact'; readonly share: number }
  | { readonly kind: 'crash' | 'reopen' | 'fill' | 'free' };

const length = fc.oneof(fc.nat(60), fc.nat(1_400));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      lengths: fc.array(length, { minLength: 1, maxLength: 4 }),
      await: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant('compact' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('full' as const), length }),
  fc.constant({ kind: 'crash' as const }),
  fc.record({ kind: fc.constantFrom('crash' as const, 'reopen' as const, 'fill' as const, 'free' as const) }),
);
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(step, { maxLength: 40 });
const segmentBytes = 4_096;

/** Shortened: the last accepted records are gone, and nothing on the disk says that they ever were. */
type Ending = 'sound' | 'damaged' | 'shortened';

/** Random work on a simulated disk under random faults, beside a list of what is certain and of what may be there. */
export class RandomWork {
  readonly #under: DiskUnderTest;
  #journal!: Journal;
  /** The texts of the records from position 0 on: of those accepted, and of those that may follow them. */
  #certain: string[] = [];
  #possible: string[] = [];
  #pending: Promise<void>[] = [];
  #full = false;
  #next = 0;
  readonly #misdirects: boolean;
  #shortened = false;
  fullSeen = 0;
  failuresSeen = 0;

  constructor(seed: number, conditions: DiskConditions) {
    this.#misdirects = (conditions.misdirectedWrites ?? 0) > 0;
    this.#under = new DiskUnderTest({
      seed,
      conditions: { latency: { min: '1us', max: '50us' }, ...conditions },
    });
  }

  run(steps: readonly Step[]): Promise<Ending> {
    return this.#under.settled(this.#run(steps));
  }

  async #run(steps: readonly Step[]): Promise<Ending> {
    try {
      await this.#open();
      for (const step of [...steps, { kind: 'crash' } as const]) await this.#do(step);
      await this.#journal.close();
      return this.#shortened ? 'shortened' : 'sound';
    } catch (error) {
      if (codeOf(error) === 'JOURNAL_DAMAGED') return 'damaged';
      throw error;
    }
  }

  async #do(step: Step): Promise<void> {
    switch (step.kind) {
      case 'append':
        // A failed journal is opened anew, and its process need not have ended with it.
        if (this.#journal.condition === 'failed') await this.#do({ kind: 'reopen' });
        for (const length of step.lengths) this.#append(length);
        if (step.await) await Promise.all(this.#pending);
        return;
      case 'compact': {
        const position = Math.floor(this.#journal.durablePosition * step.share);
        await this.#journal.compact(position).catch((error: unknown) => this.#expectRefusal(error));
        return;
      }
      case 'full':
        await this.#do({ kind: 'fill' });
        this.#append(step.length);
        return this.#do({ kind: 'free' });
      case 'fill':
        this.#full = true;
        return;
      case 'free':
        await Promise.all(this.#pending);
        await this.#becomesWritable();
        return;
      case 'crash':
        this.#full = false;
        this.#under.restart();
        this.#pending = [];
        await this.#open();
        return;
      case 'reopen':
        await Promise.all(this.#pending);
        this.#full = false;
        await this.#journal.close();
        await this.#open();
    }
  }

  #append(length: number): void {
    const text = `${this.#next++}:`.padEnd(length, 'x');
    const possible = this.#possible;
    const expected = this.#certain.length + possible.length;
    const entry = { text };
    possible.push(text);
    const call = this.#journal.append([new TextEncoder().encode(text)], expected).then(
      (next) => {
        // In the order of the calls: everything before it is accepted too.
        const index = possible.indexOf(entry.text);
        this.#certain.push(...possible.splice(0, index + 1));
        expect(next).toBe(this.#certain.length);
      },
      (error: unknown) => {
        this.#expectRefusal(error);
        // Of what failed nobody knows; what was refused is not there.
        if (codeOf(error) === 'JOURNAL_FULL') possible.splice(possible.indexOf(entry.text), 1);
      },
    );
    // Who awaits all of them may be gone by then: the first one that fails has ended the run.
    call.catch(() => undefined);
    this.#pending.push(call);
  }

  #expectRefusal(error: unknown): void {
    const code = codeOf(error);
    if (code === 'JOURNAL_FULL') this.fullSeen++;
    else if (code === 'JOURNAL_FAILED') this.failuresSeen++;
    else throw error;
  }

  /** Once there is room, a journal that was full takes records again, with no help. */
  async #becomesWritable(): Promise<void> {
    this.#full = false;
    for (let turn = 0; turn < 100 && this.#journal.condition === 'read-only'; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const deadline = this.#under.world.clock.now() + 2_000_000;
    while (this.#journal.condition === 'read-only' && this.#under.world.clock.now() < deadline) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(this.#journal.condition).not.toBe('read-only');
  }

  async #open(): Promise<void> {
    const { world } = this.#under;
    const disk = fillableDisk(this.#under.disk, () => this.#full);
    const options = { disk, world, directory: 'journal', segmentBytes, fullInterval: '1ms' } as const;
    const opened = await openJournal(options).catch((error: HoldfastError) => error);
    if (isHoldfastError(opened)) {
      if (opened.code !== 'JOURNAL_FAILED' && opened.code !== 'JOURNAL_FULL') throw opened;
      this.#under.restart();
      return this.#open();
    }
    this.#journal = opened;
    try {
      await this.#read(opened);
    } catch (error) {
      if (codeOf(error) !== 'JOURNAL_FAILED') throw error;
      this.#under.restart();
      return this.#open();
    }
  }

  /** Compares what is there with what has to be. */
  async #read(journal: Journal): Promise<void> {
    const { firstPosition, nextPosition } = journal;
    const all = [...this.#certain, ...this.#possible];
    // The last frame, where the disk said it is, yet put it elsewhere: no trace of that can be where it should be.
    if (this.#misdirects && nextPosition < this.#certain.length) this.#shortened = true;
    else expect(nextPosition).toBeGreaterThanOrEqual(this.#certain.length);
    expect(nextPosition).toBeLessThanOrEqual(all.length);
    let next = firstPosition;
    for await (const { position, bytes } of journal.read(firstPosition)) {
      expect(position).toBe(next++);
      expect(new TextDecoder().decode(bytes)).toBe(all[position]);
    }
    expect(next).toBe(nextPosition);
    this.#certain = all.slice(0, nextPosition);
    this.#possible = [];
  }
}

function codeOf(error: unknown): string {
  return isHoldfastError(error) ? error.code : String(error);
}
