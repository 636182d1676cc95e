import type { AdminProfile, ProfileFrame } from '../api/console-api.ts';
import { depthsOf, type FlameTree } from './flame-tree.ts';

export interface ProfileFlame extends FlameTree {
  /** Of each node, the index of its function in the profile's table of frames. */
  readonly frames: readonly number[];
}

/**
 * A profile as a flame graph: samples added up along their stacks, and nodes of one function under one caller made one.
 * Weights are in the profile's unit.
 */
export function profileFlame({ frameTable, frames, parents, samples, weights }: AdminProfile): ProfileFlame {
  const merged = new Int32Array(parents.length);
  const mergedParents: number[] = [];
  const mergedFrames: number[] = [];
  const labels: string[] = [];
  const groups: string[] = [];
  const known = new Map<string, number>();
  for (let node = 0; node < parents.length; node++) {
    const parent = parents[node]! < 0 ? -1 : merged[parents[node]!]!;
    const key = `${parent} ${frames[node]}`;
    let index = known.get(key);
    if (index === undefined) {
      index = mergedParents.length;
      known.set(key, index);
      mergedParents.push(parent);
      const frame = frameTable[frames[node]!]!;
      mergedFrames.push(frames[node]!);
      labels.push(labelOf(frame));
      groups.push(originOf(frame));
    }
    merged[node] = index;
  }
  const count = mergedParents.length;
  const selves = new Float64Array(count);
  for (let sample = 0; sample < samples.length; sample++) {
    selves[merged[samples[sample]!]!]! += weights[sample]!;
  }
  const totals = selves.slice();
  for (let node = count - 1; node > 0; node--) {
    const parent = mergedParents[node]!;
    if (parent >= 0) totals[parent]! += totals[node]!;
  }
  const packed = Int32Array.from(mergedParents);
  return {
    count,
    parents: packed,
    depths: depthsOf(packed),
    totals,
    selves,
    baseTotals: undefined,
    baseSelves: undefined,
    labels,
    groups,
    frames: mergedFrames,
  };
}

/** A function's name; one without a name is told by its place. */
function labelOf({ name, file, line }: ProfileFrame): string {
  if (name !== '(anonymous)' || file === undefined || file === '') return name;
  return `(anonymous) ${file.slice(file.lastIndexOf('/') + 1)}${line === undefined ? '' : `:${line}`}`;
}

/** Whose code a frame is: a package's name, `node`, `native`, or `app` for the program's own. */
export function originOf({ file, name }: ProfileFrame): string {
  if (file === undefined || file === '') return name.startsWith('(') ? 'engine' : 'native';
  if (file.startsWith('node:')) return 'node';
  const inside = file.lastIndexOf('node_modules/');
  if (inside < 0) return 'app';
  const [scope = '', inner = ''] = file.slice(inside + 'node_modules/'.length).split('/');
  return scope.startsWith('@') ? `${scope}/${inner}` : scope;
}
