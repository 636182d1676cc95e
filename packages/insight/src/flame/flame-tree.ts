import { criticalPath } from '../trace/critical-path.ts';
import { mainRoot, type Trace } from '../trace/trace.ts';

/** An operation in the place where calls led to it. */
export interface FlameBranch {
  readonly service: string;
  readonly operation: string;
  readonly caller: FlameBranch | undefined;
  readonly depth: number;
  readonly children: Map<string, FlameBranch>;
  /** Microseconds on critical paths, of its own. */
  self: number;
  /** The same with all that it called. */
  total: number;
  /** Traces on whose critical path it is, itself or what it called. */
  traces: number;
}

/** Branches are told apart up to here; time of further and deeper ones counts as their caller's. */
const branchesMax = 5_000;
const depthMax = 250;

/** The critical paths of many traces, laid over one another from their roots on. */
export class FlameTree {
  /** Has no name; its children are the roots of traces. */
  readonly top: FlameBranch = branchOf('', '', undefined);
  #branches = 0;
  /** The last trace that touched a branch. */
  readonly #touched: Map<FlameBranch, number> = new Map();
  #traces = 0;

  get traces(): number {
    return this.#traces;
  }

  /** @param root where the path begins. Default: the root of the trace */
  add(trace: Trace, root: number = mainRoot(trace)): void {
    if (root < 0) return;
    this.#traces++;
    const path = criticalPath(trace, root);
    const branches = new Map<number, FlameBranch>();
    for (let piece = 0; piece < path.rows.length; piece++) {
      const row = path.rows[piece]!;
      const branch = this.#branchFor(trace, row, root, branches);
      const time = path.ends[piece]! - path.starts[piece]!;
      branch.self += time;
      for (let at: FlameBranch | undefined = branch; at !== undefined; at = at.caller) at.total += time;
    }
    for (const branch of branches.values()) {
      if (this.#touched.get(branch) === this.#traces) continue;
      this.#touched.set(branch, this.#traces);
      branch.traces++;
    }
  }

  /** The branch of `row`, and with it of all between it and `root`. */
  #branchFor(trace: Trace, row: number, root: number, branches: Map<number, FlameBranch>): FlameBranch {
    const unknown: number[] = [];
    let at = row;
    while (!branches.has(at)) {
      unknown.push(at);
      if (at === root) break;
      at = trace.parents[at]!;
    }
    let branch = branches.get(at) ?? this.top;
    for (const below of unknown.reverse()) {
      branch = this.#childOf(branch, trace.spans[below]!);
      branches.set(below, branch);
    }
    return branch;
  }

  #childOf(parent: FlameBranch, { service, operation }: { service: string; operation: string }): FlameBranch {
    const key = `${service}\n${operation}`;
    let child = parent.children.get(key);
    if (child !== undefined) return child;
    const full = this.#branches >= branchesMax || parent.depth === depthMax;
    if (full && parent !== this.top) return parent;
    child = branchOf(service, operation, parent);
    this.#branches++;
    parent.children.set(key, child);
    return child;
  }
}

function branchOf(service: string, operation: string, caller: FlameBranch | undefined): FlameBranch {
  const depth = caller === undefined ? 0 : caller.depth + 1;
  return { service, operation, caller, depth, children: new Map(), self: 0, total: 0, traces: 0 };
}
