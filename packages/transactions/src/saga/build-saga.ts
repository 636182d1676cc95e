import { coreErrors, type Duration, invalidArgument } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunContext } from '../ledger/run-definition.ts';
import type { RunInspector } from '../ledger/run-inspection.ts';
import type { ActionContext } from './action-context.ts';
import {
  type Action,
  type ActionOptions,
  type AnyFunction,
  type Branch,
  type Definition,
  define,
  type Node,
  type PlaceDefinition,
} from './definition.ts';
import { SagaDriver } from './driver/driver.ts';
import { SagaCount, type SagaFigures } from './figures.ts';
import { sagaInspector } from './inspect-saga.ts';
import { type Posted, sagaOperator } from './operator.ts';
import type { SagaOptions, WaitOptions } from './options.ts';
import type { SagaOutcome } from './outcome.ts';
import { outcomeOf } from './read-outcome.ts';
import { encodeBeginning } from './records/record.ts';
import type { NoValues, Saga, SagaBeforePivot } from './saga.ts';
import { describeIssues, type SchemaResult, type StandardSchema } from './standard-schema.ts';
import { type SagaStatus, sagaStatus } from './status.ts';
import type { Stored } from './stored.ts';

/**
 * Begins a saga, to which steps are added:
 *
 *     const order = saga('order', { version: 1, input: Order })
 *       .step('reserve', { do: (c) => stock.reserve(c.input.sku, c.key), undo: (c, r) => stock.release(r?.id, c.key) })
 *       .pivot('charge', { do: (c) => pay.charge(c.reserve.price, c.key) })
 *       .ensure('ship', { do: (c) => shipping.ship(c.charge.id, c.key) });
 *     const run = await ledger.start(order, input, { id: 'order-17' });
 *     const outcome = await run.result; // committed or rolled back
 *
 * The input is kept as JSON, as its schema returns it.
 *
 * @param name - 1 to 100 letters, digits, dots, dashes and underscores.
 * @throws HoldfastError INVALID_ARGUMENT that names the step and the field.
 */
export function saga<Raw, Output>(
  name: string,
  options: SagaOptions & { readonly input: StandardSchema<Raw, Output> },
): SagaBeforePivot<Raw, Stored<Output>, NoValues>;
export function saga<Input = void>(
  name: string,
  options: SagaOptions & { readonly input?: undefined },
): SagaBeforePivot<Input, Stored<Input>, NoValues>;
export function saga(
  name: string,
  options: SagaOptions & { readonly input?: StandardSchema | undefined },
): SagaBeforePivot<unknown, unknown, NoValues> {
  if (typeof name !== 'string' || !/^[\w.-]{1,100}$/.test(name)) {
    throw invalidArgument('name', name, '1 to 100 letters, digits, dots, dashes and underscores');
  }
  if (!Number.isSafeInteger(options.version) || options.version < 1) {
    throw invalidArgument('options.version', options.version, 'a whole number from 1');
  }
  for (const { from } of [options.migrate ?? []].flat()) {
    if (!Number.isSafeInteger(from) || from < 1 || from >= options.version) {
      throw invalidArgument('options.migrate.from', from, `a version before ${options.version}`);
    }
  }
  // The class has the methods of every stage; which of them can be called when, the types say, and `define` for JavaScript.
  return new SagaBuilder(name, options, []) as unknown as SagaBeforePivot<unknown, unknown, NoValues>;
}

/** Called instead of each function that a saga runs, with what it would have been called with. */
export type Around = (
  place: PlaceDefinition,
  undo: boolean,
  context: ActionContext,
  call: () => unknown,
) => unknown;

/** The same saga, whose steps and compensations run within `around`: for test kits. */
export function instrumented<Raw, Input, Values>(
  original: Saga<Raw, Input, Values>,
  around: Around,
): Saga<Raw, Input, Values> {
  if (!(original instanceof SagaBuilder)) throw invalidArgument('saga', original, 'a saga');
  return original.within(around) as unknown as Saga<Raw, Input, Values>;
}

/** What a saga is made of, for test kits. */
export function definitionOf(original: Saga<never, unknown, unknown>): Definition {
  if (!(original instanceof SagaBuilder)) throw invalidArgument('saga', original, 'a saga');
  return original.defined;
}

type BuilderOptions = SagaOptions & { readonly input?: StandardSchema | undefined };

/** What adds nodes: the saga itself, and each branch. */
abstract class NodeList {
  readonly nodes: readonly Node[];

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes;
  }

  step(name: string, options: ActionOptions): this {
    return this.with({ kind: 'step', name, options });
  }

  pivot(name: string, options: ActionOptions): this {
    return this.with({ kind: 'pivot', name, options });
  }

  ensure(name: string, options: ActionOptions): this {
    return this.with({ kind: 'ensure', name, options });
  }

  all(name: string, collect: (all: Parallel) => Parallel): this {
    return this.with({ kind: 'all', name, branches: collect(new Parallel([])).branches });
  }

  child(name: string, child: SagaBuilder, input: AnyFunction): this {
    if (!(child instanceof SagaBuilder)) throw invalidArgument(`${name}.saga`, child, 'a saga');
    if (typeof input !== 'function') throw invalidArgument(`${name}.input`, input, 'a function');
    return this.with({ kind: 'child', name, nodes: child.nodes, schema: child.schema, input });
  }

  wait(name: string, options: WaitOptions<unknown> = {}): this {
    return this.with({ kind: 'wait', name, schema: options.signal, timeout: options.timeout });
  }

  sleep(name: string, duration: Duration): this {
    return this.with({ kind: 'sleep', name, duration });
  }

  protected abstract with(node: Node): this;
}

class BranchBuilder extends NodeList {
  protected override with(node: Node): this {
    return new BranchBuilder([...this.nodes, node]) as this;
  }
}

/** Collects the branches of an `all`. */
class Parallel {
  readonly branches: readonly Branch[];

  constructor(branches: readonly Branch[]) {
    this.branches = branches;
  }

  step(name: string, options: ActionOptions): Parallel {
    return this.#with({ name, nodes: [{ kind: 'step', name, options }], single: true });
  }

  ensure(name: string, options: ActionOptions): Parallel {
    return this.#with({ name, nodes: [{ kind: 'ensure', name, options }], single: true });
  }

  branch(name: string, collect: (branch: BranchBuilder) => BranchBuilder): Parallel {
    return this.#with({ name, nodes: collect(new BranchBuilder([])).nodes, single: false });
  }

  #with(branch: Branch): Parallel {
    return new Parallel([...this.branches, branch]);
  }
}

class SagaBuilder extends NodeList {
  readonly name: string;
  readonly type: string;
  readonly version: number;
  readonly schema: StandardSchema | undefined;
  readonly inspector: RunInspector = sagaInspector;
  readonly #options: BuilderOptions;
  readonly #definition: Definition | undefined;
  readonly #figures: SagaCount = new SagaCount();

  constructor(name: string, options: BuilderOptions, nodes: readonly Node[], around?: Around) {
    super(nodes);
    this.name = name;
    this.type = `saga/${name}`;
    this.version = options.version;
    this.schema = options.input;
    this.#options = options;
    const definition = nodes.length === 0 ? undefined : define(name, options, nodes);
    this.#definition = definition && around ? runWithin(definition, around) : definition;
  }

  /** @internal */
  within(around: Around): SagaBuilder {
    return new SagaBuilder(this.name, this.#options, this.nodes, around);
  }

  get figures(): SagaFigures {
    return this.#figures;
  }

  begin(input: unknown): Uint8Array | Promise<Uint8Array> {
    const { head } = this.defined;
    if (this.schema === undefined) return encodeBeginning(head, textOf(input));
    const checked = this.schema['~standard'].validate(input);
    return checked instanceof Promise
      ? checked.then((result) => encodeBeginning(head, textOf(this.#checked(result))))
      : encodeBeginning(head, textOf(this.#checked(checked)));
  }

  drive(run: RunContext): Promise<void> {
    return new SagaDriver(this.defined, this.#figures, run).finished;
  }

  result(records: readonly Uint8Array[]): SagaOutcome<object> {
    return outcomeOf(this.defined, records);
  }

  async status(
    ledger: Pick<Ledger, 'read'>,
    id: string,
    signal?: AbortSignal,
  ): Promise<SagaStatus | undefined> {
    const run = await ledger.read(id, signal);
    return run?.type === this.type ? sagaStatus(run) : undefined;
  }

  async signal(ledger: Pick<Ledger, 'post'>, id: string, name: string, value?: unknown): Promise<Posted> {
    const place = this.defined.places.find((one) => one.kind === 'wait' && one.name === name);
    if (place === undefined) throw invalidArgument('name', name, `what saga ${this.name} waits for`);
    const result = await place.schema?.['~standard'].validate(value);
    if (result?.issues !== undefined)
      throw invalidInput(`The signal '${name}' of saga '${this.name}'`, result.issues);
    return sagaOperator(ledger).signal(id, name, value);
  }

  protected override with(node: Node): this {
    return new SagaBuilder(this.name, this.#options, [...this.nodes, node]) as this;
  }

  /** @internal */
  get defined(): Definition {
    if (this.#definition !== undefined) return this.#definition;
    throw invalidArgument('saga', this.name, 'a saga with one step or more');
  }

  #checked(result: SchemaResult<unknown>): unknown {
    if (result.issues === undefined) return result.value;
    throw invalidInput(`The input of saga '${this.name}'`, result.issues);
  }
}

function runWithin(definition: Definition, around: Around): Definition {
  const places = definition.places.map((place) => {
    const within = (action: Action | undefined, undo: boolean): Action | undefined =>
      action && {
        ...action,
        run: (context, result) =>
          around(place, undo, context as ActionContext, () => action.run(context, result)),
      };
    return { ...place, do: within(place.do, false), undo: within(place.undo, true) };
  });
  return { ...definition, places };
}

function invalidInput(what: string, issues: Parameters<typeof describeIssues>[0]): Error {
  return transactionErrors.create('LEDGER_INPUT_INVALID', {
    message: `${what} is not what its schema asks for: ${describeIssues(issues)}`,
    context: { issues },
  });
}

function textOf(input: unknown): string {
  try {
    return JSON.stringify(input) ?? '';
  } catch (error) {
    throw coreErrors.create('INVALID_ARGUMENT', {
      message: 'input is what JSON cannot carry, such as a bigint or a circle',
      context: { field: 'input' },
      cause: error,
    });
  }
}
