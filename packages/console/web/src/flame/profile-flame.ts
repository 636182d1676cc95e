import type { AdminProfile, ProfileFrame } from '../api/console-api.ts';
import { depthsOf, type FlameTree } from './flame-tree.ts';

/**
 * A profile as a flame graph: samples added up along their stacks, and nodes of one function under one caller made one.
 * Weights are in the profile's unit.
 */
export function profileFlame({ frameTable, frames, parents, samples, weights }: AdminProfile): FlameTree {
  const merged = new Int32Array(parents.length);
  const mergedParents: number[] = [];
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
      labels.push(frame.name);
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
  };
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
