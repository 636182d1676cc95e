interface Node<Value> {
  readonly from: string;
  /** Undefined: no end. */
  readonly end: string | undefined;
  readonly values: Set<Value>;
  readonly priority: number;
  /** The farthest end in the subtree. */
  farthest: string | undefined;
  left: Node<Value> | undefined;
  right: Node<Value> | undefined;
}

/**
 * Values by half-open intervals of strings, to be found by a point within. A treap by where intervals begin, which knows
 * of each subtree how far it reaches (Cormen et al., Introduction to Algorithms, 14.3).
 */
export class IntervalSet<Value> {
  private root: Node<Value> | undefined;
  private chance = 0x9e3779b9;
  private intervalsNow = 0;

  get intervals(): number {
    return this.intervalsNow;
  }

  add(from: string, end: string | undefined, value: Value): void {
    const found = this.find(from, end);
    if (found !== undefined) {
      found.values.add(value);
      return;
    }
    this.intervalsNow++;
    const node: Node<Value> = {
      from,
      end,
      values: new Set([value]),
      priority: this.nextPriority(),
      farthest: end,
      left: undefined,
      right: undefined,
    };
    this.root = insert(this.root, node);
  }

  delete(from: string, end: string | undefined, value: Value): void {
    const found = this.find(from, end);
    if (found === undefined || !found.values.delete(value) || found.values.size > 0) return;
    this.intervalsNow--;
    this.root = remove(this.root!, found);
  }

  /** Calls `visit` with each value whose interval contains `point`. */
  stab(point: string, visit: (value: Value) => void): void {
    stabNode(this.root, point, visit);
  }

  private find(from: string, end: string | undefined): Node<Value> | undefined {
    let node = this.root;
    while (node !== undefined) {
      const order = compare(from, end, node);
      if (order === 0) return node;
      node = order < 0 ? node.left : node.right;
    }
    return undefined;
  }

  /** Xorshift: balance needs no better chance, and this one is the same each time. */
  private nextPriority(): number {
    let chance = this.chance;
    chance ^= chance << 13;
    chance ^= chance >>> 17;
    chance ^= chance << 5;
    this.chance = chance;
    return chance;
  }
}

function stabNode<Value>(node: Node<Value> | undefined, point: string, visit: (value: Value) => void): void {
  let here = node;
  while (here !== undefined && (here.farthest === undefined || here.farthest > point)) {
    stabNode(here.left, point, visit);
    if (here.from > point) return;
    if (here.end === undefined || here.end > point) for (const value of here.values) visit(value);
    here = here.right;
  }
}

function insert<Value>(node: Node<Value> | undefined, added: Node<Value>): Node<Value> {
  if (node === undefined) return added;
  if (compare(added.from, added.end, node) < 0) {
    node.left = insert(node.left, added);
    if (node.left.priority > node.priority) return rotateRight(node);
  } else {
    node.right = insert(node.right, added);
    if (node.right.priority > node.priority) return rotateLeft(node);
  }
  measure(node);
  return node;
}

function remove<Value>(node: Node<Value>, removed: Node<Value>): Node<Value> | undefined {
  if (node === removed) return join(node.left, node.right);
  if (compare(removed.from, removed.end, node) < 0) node.left = remove(node.left!, removed);
  else node.right = remove(node.right!, removed);
  measure(node);
  return node;
}

function join<Value>(left: Node<Value> | undefined, right: Node<Value> | undefined): Node<Value> | undefined {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left.priority > right.priority) {
    left.right = join(left.right, right);
    measure(left);
    return left;
  }
  right.left = join(left, right.left);
  measure(right);
  return right;
}

function rotateRight<Value>(node: Node<Value>): Node<Value> {
  const up = node.left!;
  node.left = up.right;
  up.right = node;
  measure(node);
  measure(up);
  return up;
}

function rotateLeft<Value>(node: Node<Value>): Node<Value> {
  const up = node.right!;
  node.right = up.left;
  up.left = node;
  measure(node);
  measure(up);
  return up;
}

function measure<Value>(node: Node<Value>): void {
  let farthest = node.end;
  for (const child of [node.left, node.right]) {
    if (child === undefined || farthest === undefined) continue;
    if (child.farthest === undefined || child.farthest > farthest) farthest = child.farthest;
  }
  node.farthest = farthest;
}

function compare<Value>(from: string, end: string | undefined, node: Node<Value>): number {
  if (from !== node.from) return from < node.from ? -1 : 1;
  if (end === node.end) return 0;
  return node.end === undefined || (end !== undefined && end < node.end) ? -1 : 1;
}
