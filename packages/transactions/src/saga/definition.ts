import { type Duration, invalidArgument, toPositiveMicros } from '@holdfast/core';
import { type Backoff, exponential } from '@holdfast/resilience';
import { ActionContext, type ContextClass, type ContextSubject, type Reader } from './action-context.ts';
import { reservedNames } from './context.ts';
import type { Migration } from './records/migration.ts';
import { type PlaceKind, type Plan, planOf, type Shape } from './records/plan.ts';
import { encodeBeginningHead } from './records/record.ts';
import type { StandardSchema } from './standard-schema.ts';

// What the builder collects, and what a driver works with: the types of users' functions are the builder's business.

export type AnyFunction = (context: unknown, result?: unknown) => unknown;

/** A step, a pivot or an ensure as its user wrote it. */
export interface ActionOptions {
  readonly do: AnyFunction;
  readonly undo?: AnyFunction;
  readonly timeout?: Duration;
  readonly undoTimeout?: Duration;
  readonly retry?: RetryChoice;
  readonly undoRetry?: RetryChoice;
  readonly deadline?: Duration;
  readonly lock?: AnyFunction;
  readonly lockTimeout?: Duration;
  readonly attached?: boolean;
}

interface RetryChoice {
  readonly maxAttempts?: number;
  readonly backoff?: Backoff;
  readonly idempotent?: boolean;
}

export type Node =
  | { readonly kind: 'step' | 'pivot' | 'ensure'; readonly name: string; readonly options: ActionOptions }
  | {
      readonly kind: 'wait';
      readonly name: string;
      readonly schema: StandardSchema | undefined;
      readonly timeout: Duration | undefined;
    }
  | { readonly kind: 'sleep'; readonly name: string; readonly duration: Duration }
  | { readonly kind: 'all'; readonly name: string; readonly branches: readonly Branch[] }
  | {
      readonly kind: 'child';
      readonly name: string;
      readonly nodes: readonly Node[];
      readonly schema: StandardSchema | undefined;
      readonly input: AnyFunction;
    };

export interface Branch {
  readonly name: string;
  readonly nodes: readonly Node[];
  /** Whether it is one step, whose result stands for the branch. */
  readonly single: boolean;
}

/** One of the two things that can be done at a place. */
export interface Action {
  readonly run: AnyFunction;
  /** Microseconds. */
  readonly timeout: number | undefined;
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  readonly idempotent: boolean;
}

/** What is to be done at a place. */
export interface PlaceDefinition {
  readonly name: string;
  readonly kind: PlaceKind;
  readonly scope: Scope;
  readonly do: Action | undefined;
  readonly undo: Action | undefined;
  /** Microseconds: of a step with its attempts, of a wait, or of a sleep. */
  readonly limit: number | undefined;
  readonly lock: AnyFunction | undefined;
  /** Microseconds. */
  readonly lockTimeout: number;
  readonly attached: boolean;
  /** Of what is waited for, or of a child's input. */
  readonly schema: StandardSchema | undefined;
  /** Makes a child's input. */
  readonly input: AnyFunction | undefined;
}

export interface Definition {
  readonly name: string;
  readonly version: number;
  readonly plan: Plan;
  readonly head: Uint8Array;
  readonly places: readonly PlaceDefinition[];
  readonly hasChildren: boolean;
  /** Microseconds. */
  readonly deadline: number | undefined;
  readonly migrations: readonly Migration[];
}

export interface DefinitionOptions {
  readonly version: number;
  readonly deadline?: Duration;
  readonly migrate?: Migration | readonly Migration[];
}

const defaultLockTimeout = 60_000_000;
const forwardBackoff = exponential();
const patientBackoff = exponential({ max: '1m' });
/** Of steps and pivots. */
const forwardAttempts = 3;
/** Of what has to succeed in the end. */
const patientAttempts = 100;

/** @throws HoldfastError INVALID_ARGUMENT that names the step and the field. */
export function define(name: string, options: DefinitionOptions, nodes: readonly Node[]): Definition {
  const definer = new Definer();
  const scope = new Scope(new Map([['input', (saga) => saga.input]]));
  const shape = definer.sequence(nodes, scope, '');
  const plan = planOf(shape);
  return {
    name,
    version: options.version,
    plan,
    head: encodeBeginningHead(shape),
    places: definer.places,
    hasChildren: definer.places.some(({ kind }) => kind === 'input'),
    deadline:
      options.deadline === undefined ? undefined : toPositiveMicros(options.deadline, 'options.deadline'),
    migrations: [options.migrate ?? []].flat(),
  };
}

/** The names that the functions of one sequence see: their own, and those around it. */
export class Scope {
  readonly names: Map<string, Reader>;
  readonly #own: Map<string, Reader> = new Map();
  #Context: ContextClass | undefined;

  constructor(around: ReadonlyMap<string, Reader>) {
    this.names = new Map(around);
  }

  get Context(): ContextClass {
    this.#Context ??= ActionContext.withNames(this.names);
    return this.#Context;
  }

  add(name: string, read: Reader): void {
    this.names.set(name, read);
    this.#own.set(name, read);
  }

  /** The values under its own names. */
  values(saga: ContextSubject): object {
    const values: Record<string, unknown> = {};
    for (const [name, read] of this.#own) values[name] = read(saga);
    return values;
  }
}

class Definer {
  readonly places: PlaceDefinition[] = [];
  #pivot = false;

  sequence(nodes: readonly Node[], scope: Scope, prefix: string): Shape {
    return nodes.map((node) => {
      checkName(node.name, scope);
      return this.#node(node, scope, prefix);
    });
  }

  #node(node: Node, scope: Scope, prefix: string): Shape[number] {
    switch (node.kind) {
      case 'all':
        return this.#all(node, scope, prefix);
      case 'child':
        return this.#child(node, scope, prefix);
      case 'wait':
        this.#place(prefix + node.name, 'wait', scope, {
          schema: node.schema,
          limit: limitOf(node.timeout, `${prefix}${node.name}.timeout`),
        });
        break;
      case 'sleep':
        this.#place(prefix + node.name, 'sleep', scope, {
          limit: toPositiveMicros(node.duration, `${prefix}${node.name}.duration`),
        });
        break;
      default:
        this.#action(node.kind, prefix + node.name, node.options, scope, prefix !== '');
    }
    const index = this.places.length - 1;
    scope.add(node.name, ({ machine }) => machine.cells[index]?.value);
    return `${node.kind}${this.places[index]!.lock === undefined ? '' : '+locks'} ${node.name}`;
  }

  #all({ name, branches }: Node & { kind: 'all' }, scope: Scope, prefix: string): Shape[number] {
    if (branches.length === 0)
      throw invalidArgument(prefix + name, 'empty', 'an all with one branch or more');
    const readers = new Map<string, Reader>();
    const shapes: Record<string, Shape> = {};
    for (const branch of branches) {
      const field = `${prefix}${name}.${branch.name}`;
      if (readers.has(branch.name))
        throw invalidArgument(field, branch.name, 'a name that no other branch has');
      if (branch.nodes.length === 0) throw invalidArgument(field, 'empty', 'a branch with one step or more');
      const inner = new Scope(scope.names);
      checkName(branch.name, inner);
      shapes[branch.name] = this.sequence(
        branch.nodes,
        inner,
        branch.single ? `${prefix}${name}.` : `${field}.`,
      );
      const { single } = branch;
      readers.set(branch.name, single ? inner.names.get(branch.name)! : (saga) => inner.values(saga));
    }
    scope.add(name, (saga) => {
      const values: Record<string, unknown> = {};
      for (const [branch, read] of readers) values[branch] = read(saga);
      return values;
    });
    return [name, shapes];
  }

  /** Its input is a place of its own, so that what was computed once is so for ever. */
  #child(
    { name, nodes, schema, input }: Node & { kind: 'child' },
    scope: Scope,
    prefix: string,
  ): Shape[number] {
    const index = this.places.length;
    this.#place(`${prefix}${name}.input`, 'input', scope, { schema, input });
    const inner = new Scope(new Map([['input', ({ machine }) => machine.cells[index]?.value]]));
    const shape = this.sequence(nodes, inner, `${prefix}${name}.`);
    scope.add(name, (saga) => inner.values(saga));
    return [name, { '': ['input input', ...shape] }];
  }

  #action(
    kind: 'step' | 'pivot' | 'ensure',
    name: string,
    options: ActionOptions,
    scope: Scope,
    inBranch: boolean,
  ): void {
    if (kind === 'pivot') {
      if (this.#pivot) throw invalidArgument(name, 'a pivot', 'anything else, for a saga has one pivot');
      if (inBranch) throw invalidArgument(name, 'a pivot', 'outside of branches and children');
      this.#pivot = true;
    } else if ((kind === 'ensure') !== this.#pivot) {
      throw invalidArgument(
        name,
        `a ${kind}`,
        this.#pivot ? 'an ensure after the pivot' : 'a step before the pivot',
      );
    }
    if (typeof options.do !== 'function') throw invalidArgument(`${name}.do`, options.do, 'a function');
    if (kind === 'step' && typeof options.undo !== 'function') {
      throw invalidArgument(`${name}.undo`, options.undo, 'a function that undoes it');
    }
    if (kind !== 'step' && options.undo !== undefined) {
      throw invalidArgument(`${name}.undo`, options.undo, `undefined, for a ${kind} is never undone`);
    }
    if (options.lock !== undefined && kind === 'ensure') {
      // Two sagas that can only go forward could wait for each other for ever.
      throw invalidArgument(
        `${name}.lock`,
        options.lock,
        'undefined, for locks are claimed before the pivot has happened',
      );
    }
    if (options.lock !== undefined && typeof options.lock !== 'function') {
      throw invalidArgument(`${name}.lock`, options.lock, 'a function that gives keys');
    }
    if (options.attached === true && inBranch) {
      throw invalidArgument(`${name}.attached`, true, 'false in branches and children');
    }
    this.#place(name, kind, scope, {
      do: actionOf(`${name}.retry`, options.do, options.timeout, options.retry, kind === 'ensure'),
      undo:
        options.undo &&
        actionOf(
          `${name}.undoRetry`,
          options.undo,
          options.undoTimeout ?? options.timeout,
          options.undoRetry,
          true,
        ),
      limit: limitOf(options.deadline, `${name}.deadline`),
      lock: options.lock,
      lockTimeout: limitOf(options.lockTimeout, `${name}.lockTimeout`) ?? defaultLockTimeout,
      attached: options.attached === true,
    });
  }

  #place(name: string, kind: PlaceKind, scope: Scope, parts: Partial<PlaceDefinition>): void {
    this.places.push({
      name,
      kind,
      scope,
      do: undefined,
      undo: undefined,
      limit: undefined,
      lock: undefined,
      lockTimeout: defaultLockTimeout,
      attached: false,
      schema: undefined,
      input: undefined,
      ...parts,
    });
  }
}

function checkName(name: string, scope: Scope): void {
  if (typeof name !== 'string' || !/^[A-Za-z_$][\w$]{0,63}$/.test(name) || reservedNames.includes(name)) {
    throw invalidArgument('name', name, `a name such as 'reserve', and none of ${reservedNames.join(', ')}`);
  }
  if (scope.names.has(name)) throw invalidArgument('name', name, 'a name that no step before it has');
}

function actionOf(
  field: string,
  run: AnyFunction,
  timeout: Duration | undefined,
  { maxAttempts, backoff, idempotent = true }: RetryChoice = {},
  patient: boolean,
): Action {
  const attempts = maxAttempts ?? (patient ? patientAttempts : forwardAttempts);
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > 1_000) {
    throw invalidArgument(`${field}.maxAttempts`, attempts, 'a whole number from 1 to 1000');
  }
  return {
    run,
    timeout: limitOf(timeout, field.replace('retry', 'timeout').replace('Retry', 'Timeout')),
    maxAttempts: attempts,
    backoff: backoff ?? (patient ? patientBackoff : forwardBackoff),
    idempotent,
  };
}

function limitOf(duration: Duration | undefined, field: string): number | undefined {
  return duration === undefined ? undefined : toPositiveMicros(duration, field);
}
