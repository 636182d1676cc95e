/** A directed graph over the numbers from 0 to its size: `successors[node]` are those that its edges lead to. */
export interface Digraph {
  readonly successors: readonly (readonly number[])[];
}

/** A graph of names, for algorithms that want numbers. */
export class NamedDigraph implements Digraph {
  readonly names: string[] = [];
  readonly successors: number[][] = [];
  readonly #numbers: Map<string, number> = new Map();

  /** The number of `name`, which is added if it is new. */
  node(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.length;
      this.#numbers.set(name, number);
      this.names.push(name);
      this.successors.push([]);
    }
    return number;
  }

  edge(from: string, to: string): void {
    const target = this.node(to);
    this.successors[this.node(from)]!.push(target);
  }
}
