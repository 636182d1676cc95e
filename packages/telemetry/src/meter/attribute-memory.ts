import type { Attributes } from '@opentelemetry/api';

/** Sets of attributes that begin alike. */
interface Branch<T> {
  /** The name of the attribute that follows, mostly the same in all of them. */
  name: string | undefined;
  /** By the value of that attribute. */
  values: Branches<T> | undefined;
  /** By other names that follow. */
  others: Map<string, Branches<T>> | undefined;
  /** For the set that ends here. */
  found: T | undefined;
}

type Branches<T> = Map<unknown, Branch<T>>;

/**
 * Remembers what was found for sets of attributes, as they were given: in their order, with their types. To find it again costs a
 * look into a map for each attribute, and makes no garbage. Lists of values are not remembered.
 */
export class AttributeMemory<T> {
  readonly #root: Branch<T> = newBranch();
  /** Branches that may still grow. */
  #room: number;

  /** @param branchesMax - attributes that are remembered, at most. */
  constructor(branchesMax: number) {
    this.#room = branchesMax;
  }

  find(attributes: Attributes): T | undefined {
    let branch: Branch<T> | undefined = this.#root;
    for (const name in attributes) {
      const values: Branches<T> | undefined = branch.name === name ? branch.values : branch.others?.get(name);
      branch = values?.get(attributes[name]);
      if (branch === undefined) return undefined;
    }
    return branch.found;
  }

  remember(attributes: Attributes, found: T): void {
    let branch = this.#root;
    for (const name in attributes) {
      const value = attributes[name];
      if (typeof value === 'object') return;
      const values = valuesAfter(branch, name);
      let next = values.get(value);
      if (next === undefined) {
        if (this.#room === 0) return;
        this.#room -= 1;
        next = newBranch();
        values.set(value, next);
      }
      branch = next;
    }
    branch.found = found;
  }
}

function newBranch<T>(): Branch<T> {
  return { name: undefined, values: undefined, others: undefined, found: undefined };
}

function valuesAfter<T>(branch: Branch<T>, name: string): Branches<T> {
  branch.name ??= name;
  if (branch.name === name) {
    branch.values ??= new Map();
    return branch.values;
  }
  branch.others ??= new Map();
  let values = branch.others.get(name);
  if (values === undefined) {
    values = new Map();
    branch.others.set(name, values);
  }
  return values;
}
