import { type DiskFaults, spared } from './disk-faults.ts';
import type { Fate } from './fate.ts';
import type { LastingDamage } from './lasting-damage.ts';
import type { NameChange } from './namespace.ts';
import type { StoredFile, UnsyncedChange } from './stored-file.ts';

/**
 * Decides what becomes of changes that were not durable. One that a flush has promised to be is lost only where the
 * damage is permitted. Every change is asked about in order, whatever became of the others.
 */
export class Settling {
  readonly #faults: DiskFaults;
  readonly #damage: LastingDamage;
  readonly #onSettled: (change: string, outcome: string) => void;

  /** @param onSettled - hears what a crash has made of each change. */
  constructor(
    faults: DiskFaults,
    damage: LastingDamage,
    onSettled: (change: string, outcome: string) => void,
  ) {
    this.#faults = faults;
    this.#damage = damage;
    this.#onSettled = onSettled;
  }

  /** What a crash makes of the unsynced changes of `file`. */
  crash(file: StoredFile, path: string): Fate[] {
    return file.unsynced.map((change) => {
      const permitted = !change.promised || this.#damage.permits(path, touched(file, change));
      const lost = this.#faults.lostWrite(permitted);
      const torn = this.#faults.tornWrite(permitted && lost === spared && file.sectorsOf(change) > 1);
      let fate: Fate = kept;
      if (lost !== spared) fate = { outcome: 'lost', bits: lost };
      if (torn !== spared) fate = { outcome: 'torn', bits: torn };
      if (fate !== kept && change.promised) this.#damage.damage(file, path, touched(file, change));
      this.#onSettled(describe(path, change), fate.outcome);
      return fate;
    });
  }

  /** What a failed flush makes of them, as `bits` say. */
  failedFlush(file: StoredFile, path: string, bits: number): Fate[] {
    return file.unsynced.map((change, index) => {
      const draw = rotate(bits, index) & 3;
      if (draw === 0) return kept;
      const sectors = touched(file, change);
      if (change.promised) {
        if (!this.#damage.permits(path, sectors)) return kept;
        this.#damage.damage(file, path, sectors);
      }
      const outcome = draw === 1 && file.sectorsOf(change) > 1 ? 'torn' : 'lost';
      return { outcome, bits: rotate(bits, index) };
    });
  }

  /** Whether a change of names survives a crash. */
  nameSurvivesCrash(change: NameChange): boolean {
    const permitted = !change.promised || this.#damage.permitsName(nameOf(change));
    const survives = this.#faults.lostWrite(permitted) === spared;
    if (!survives && change.promised) this.#damage.damageName(nameOf(change));
    this.#onSettled(describeName(change), survives ? 'kept' : 'lost');
    return survives;
  }

  /** Whether the `index`-th change of names survives a failed flush, as `bits` say. */
  nameSurvivesFailedFlush(change: NameChange, index: number, bits: number): boolean {
    if ((rotate(bits, index) & 1) === 0) return true;
    if (!change.promised) return false;
    if (!this.#damage.permitsName(nameOf(change))) return true;
    this.#damage.damageName(nameOf(change));
    return false;
  }
}

const kept: Fate = { outcome: 'kept', bits: 0 };

/** Other bits for each index, so that the changes of one flush do not share one fate. */
function rotate(bits: number, index: number): number {
  const word = Math.imul(bits ^ (index + 1), 0x9e3779b1);
  return (word ^ (word >>> 15)) >>> 0;
}

function touched(file: StoredFile, change: UnsyncedChange): number[] {
  if (change.kind === 'truncation') return [file.sectorOf(change.size)];
  const first = file.sectorOf(change.position);
  return Array.from({ length: file.sectorsOf(change) }, (_, offset) => first + offset);
}

function nameOf({ added, removed }: NameChange): string {
  return added ?? removed ?? '';
}

function describe(path: string, change: UnsyncedChange): string {
  if (change.kind === 'truncation') return `truncate ${path} ${change.size}`;
  return `write ${path} ${change.position}+${change.bytes.length}`;
}

function describeName({ added, removed }: NameChange): string {
  if (removed === undefined) return `create ${added}`;
  return added === undefined ? `remove ${removed}` : `rename ${removed} ${added}`;
}
