import { assert, invalidArgument } from '@holdfast/core';

/** What a place of a saga is: something to do, something to wait for, or the input of a child, computed in passing. */
export type PlaceKind = 'step' | 'pivot' | 'ensure' | 'wait' | 'sleep' | 'input';

/**
 * A saga's structure as data, which every run carries in its first record. A place is a text such as `step reserve`, with
 * `+locks` after the kind of one that claims keys first; what runs in parallel is `[name, { branch: shapes }]`.
 */
export type Shape = readonly ShapeNode[];
type ShapeNode = string | readonly [name: string, branches: { readonly [branch: string]: Shape }];

/** One place of a saga. */
export interface Place {
  /** Its number in records: places are counted from 0 in the order in which they are declared. */
  readonly index: number;
  /** With the names of what it lies within, such as `checks.fraud`. */
  readonly name: string;
  readonly kind: PlaceKind;
  readonly locks: boolean;
  readonly sequence: Sequence;
  readonly position: number;
}

/** Branches that run in parallel, and a child saga, which is a fork with one branch. */
export interface Fork {
  readonly index: number;
  readonly branches: readonly Sequence[];
  readonly sequence: Sequence;
  readonly position: number;
}

/** Places and forks, one after the other. */
export interface Sequence {
  readonly nodes: readonly (Place | Fork)[];
  /** The one of which it is a branch; undefined for the saga itself. */
  readonly fork: Fork | undefined;
}

/** A saga's structure, ready to be walked. */
export interface Plan {
  readonly root: Sequence;
  readonly places: readonly Place[];
  readonly forks: number;
  readonly shape: Shape;
}

/** As many as a record can name, and more than anybody can read. */
const placesMax = 1_000;

const kinds: readonly string[] = ['step', 'pivot', 'ensure', 'wait', 'sleep', 'input'] satisfies PlaceKind[];

export function isFork(node: Place | Fork): node is Fork {
  return 'branches' in node;
}

/**
 * The plan of a shape.
 *
 * @throws HoldfastError INVALID_ARGUMENT when it has no places or too many, ASSERTION_FAILED when it is none.
 */
export function planOf(shape: Shape): Plan {
  const planner = new Planner();
  const root = planner.sequence(shape, undefined, '');
  const { length } = planner.places;
  if (length === 0 || length > placesMax) {
    throw invalidArgument('saga', length, `of 1 to ${placesMax} steps`);
  }
  return { root, places: planner.places, forks: planner.forks, shape };
}

/** Where two shapes first differ, in words; undefined when they are the same. */
export function firstDifference(before: Shape, after: Shape): string | undefined {
  const [old, present] = [linesOf(before, ''), linesOf(after, '')];
  for (let index = 0; index < Math.max(old.length, present.length); index++) {
    if (old[index] === present[index]) continue;
    if (old[index] === undefined) return `'${present[index]}' has been added`;
    if (present[index] === undefined) return `'${old[index]}' is gone`;
    return `where it had '${old[index]}' there is '${present[index]}'`;
  }
  return undefined;
}

/** Whether one place comes before the other, and not in a parallel branch. */
export function precedes(one: Place, other: Place): boolean {
  const path = new Map(pathOf(one));
  for (const [sequence, position] of pathOf(other)) {
    const mine = path.get(sequence);
    if (mine !== undefined) return mine < position;
  }
  return false;
}

/** The sequences that a place lies in, the innermost first, and where in them. */
function pathOf(place: Place): [Sequence, number][] {
  const path: [Sequence, number][] = [[place.sequence, place.position]];
  for (let { fork } = place.sequence; fork !== undefined; fork = fork.sequence.fork) {
    path.push([fork.sequence, fork.position]);
  }
  return path;
}

class Planner {
  readonly places: Place[] = [];
  forks = 0;

  sequence(shape: Shape, fork: Fork | undefined, prefix: string): Sequence {
    const nodes: (Place | Fork)[] = [];
    const sequence: Sequence = { nodes, fork };
    for (const node of shape) nodes.push(this.#node(node, sequence, nodes.length, prefix));
    return sequence;
  }

  #node(node: ShapeNode, sequence: Sequence, position: number, prefix: string): Place | Fork {
    if (typeof node === 'string') {
      const [, kind, locks, name] = /^(\w+)(\+locks)? (.+)$/s.exec(node) ?? [];
      assert(kinds.includes(kind!), `'${node}' is no place of a saga`);
      const place: Place = {
        index: this.places.length,
        name: prefix + name,
        kind: kind as PlaceKind,
        locks: locks !== undefined,
        sequence,
        position,
      };
      this.places.push(place);
      return place;
    }
    const branches: Sequence[] = [];
    const fork: Fork = { index: this.forks++, branches, sequence, position };
    for (const [branch, shape] of Object.entries(node[1])) {
      branches.push(this.sequence(shape, fork, branchPrefix(prefix, node[0], branch, shape)));
    }
    return fork;
  }
}

/** A branch that is one step is named as the branch is; that of a child has the child's name alone. */
function branchPrefix(prefix: string, fork: string, branch: string, shape: Shape): string {
  const single = shape.length === 1 && typeof shape[0] === 'string' && shape[0].endsWith(` ${branch}`);
  return branch === '' || single ? `${prefix}${fork}.` : `${prefix}${fork}.${branch}.`;
}

function linesOf(shape: Shape, prefix: string): string[] {
  return shape.flatMap((node) => {
    if (typeof node === 'string') return [node.replace(' ', ` ${prefix}`)];
    const [name, branches] = node;
    return Object.entries(branches).flatMap(([branch, inner]) =>
      linesOf(inner, branchPrefix(prefix, name, branch, inner)),
    );
  });
}
