import { fileURLToPath } from 'node:url';
import type { AdminProfile, ProfileFrame } from '../admin/admin-api.ts';

/** A place in the code, as V8 tells it. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0; -1 where there is none. */
  readonly lineNumber: number;
}

/** Collects stacks: a tree of which each node is a frame below its caller, with what was spent in it. */
export class ProfileTree {
  readonly #frameTable: ProfileFrame[] = [];
  readonly #frameNumbers = new Map<string, number>();
  readonly #frames: number[] = [];
  readonly #parents: number[] = [];
  readonly #weights = new Map<number, number>();

  /** The number of a new node below `parent`, -1 for none. */
  add(parent: number, frame: CallFrame): number {
    this.#parents.push(parent);
    return this.#frames.push(this.#frameNumber(frame)) - 1;
  }

  spend(node: number, weight: number): void {
    if (weight > 0) this.#weights.set(node, (this.#weights.get(node) ?? 0) + weight);
  }

  toProfile(facts: Pick<AdminProfile, 'kind' | 'unit' | 'startedAt' | 'duration'>): AdminProfile {
    return {
      ...facts,
      frameTable: this.#frameTable,
      frames: this.#frames,
      parents: this.#parents,
      samples: [...this.#weights.keys()],
      weights: [...this.#weights.values()].map(Math.round),
    };
  }

  #frameNumber({ functionName, url, lineNumber }: CallFrame): number {
    const key = `${functionName}\n${url}\n${lineNumber}`;
    const known = this.#frameNumbers.get(key);
    if (known !== undefined) return known;
    this.#frameNumbers.set(key, this.#frameTable.length);
    return (
      this.#frameTable.push({
        name: functionName === '' ? '(anonymous)' : functionName,
        file: url === '' ? undefined : fileOf(url),
        line: lineNumber < 0 || url === '' ? undefined : lineNumber + 1,
      }) - 1
    );
  }
}

function fileOf(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : url;
}
