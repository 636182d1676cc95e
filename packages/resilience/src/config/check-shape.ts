import { type Duration, invalidArgument, toMicros, toPositiveMicros } from '@holdfast/core';
import type { Fields, Shape, Variants } from './shape.ts';

/** Something in a configuration that cannot work. */
export interface ConfigurationProblem {
  /** Where, such as `policies[1].failureRate`. */
  readonly path: string;
  /** What is there and what would work. */
  readonly message: string;
}

/** What the check of a configuration knows besides the value itself. */
export interface Checking {
  /** The names that a `function` or a `budget` may have; undefined when any will do. */
  readonly names: Readonly<Record<'function' | 'budget', readonly string[] | undefined>>;
  readonly problems: ConfigurationProblem[];
}

/** Adds to `checking.problems` all that is wrong with `value`. */
export function checkShape(shape: Shape, value: unknown, path: string, checking: Checking): void {
  switch (shape.is) {
    case 'record':
      checkFields(shape.fields, value, path, checking);
      break;
    case 'variants':
      checkVariant(shape.of, value, path, checking);
      break;
    case 'list':
      if (!Array.isArray(value) || value.length < shape.min) {
        expect(false, value, path, `an array of at least ${shape.min}`, checking);
      } else {
        for (const [index, item] of value.entries())
          checkShape(shape.of, item, `${path}[${index}]`, checking);
      }
      break;
    case 'map':
      if (!isRecord(value)) expect(false, value, path, 'an object', checking);
      else
        for (const [name, item] of Object.entries(value))
          checkShape(shape.of, item, `${path}.${name}`, checking);
      break;
    case 'function':
    case 'budget':
      checkName(checking.names[shape.is], shape.is, value, path, checking);
      break;
    default:
      expect(isLeaf(shape, value), value, path, expectationOf(shape), checking);
  }
}

function isLeaf(shape: Shape, value: unknown): boolean {
  switch (shape.is) {
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'flag':
      return typeof value === 'boolean';
    case 'number':
      return (
        typeof value === 'number' &&
        value >= shape.min &&
        value <= shape.max &&
        (!shape.whole || Number.isSafeInteger(value))
      );
    case 'duration':
      return isDuration(value, shape.positive);
    case 'choice':
      return shape.of.includes(value as string);
    case 'either':
      return shape.of.some((one) => isLeaf(one, value));
    default:
      return false;
  }
}

function isDuration(value: unknown, positive: boolean): boolean {
  try {
    (positive ? toPositiveMicros : toMicros)(value as Duration);
    return true;
  } catch {
    return false; // The problem that is reported says it with the path.
  }
}

function expectationOf(shape: Shape): string {
  switch (shape.is) {
    case 'text':
      return 'a text';
    case 'flag':
      return 'true or false';
    case 'number': {
      const range =
        shape.max === Number.MAX_SAFE_INTEGER
          ? `of at least ${shape.min}`
          : `from ${shape.min} to ${shape.max}`;
      return `a ${shape.whole ? 'whole ' : ''}number ${range}`;
    }
    case 'duration':
      return `a number of milliseconds or a string such as '250ms', '1.5s' or '2m'${shape.positive ? ', longer than zero' : ''}`;
    case 'choice':
      return oneOf(shape.of);
    case 'either':
      return shape.of.map(expectationOf).join(', or ');
    default:
      return 'an object';
  }
}

function checkName(
  names: readonly string[] | undefined,
  what: string,
  value: unknown,
  path: string,
  checking: Checking,
): void {
  const known = typeof value === 'string' && (names === undefined || names.includes(value));
  const expected =
    names === undefined || names.length === 0
      ? `the name of a ${what} that there is`
      : `the name of a ${what}: ${oneOf(names)}`;
  expect(known, value, path, expected, checking);
}

function checkVariant(variants: Variants, value: unknown, path: string, checking: Checking): void {
  if (!isRecord(value)) {
    expect(false, value, path, 'an object', checking);
    return;
  }
  const { type } = value as { type?: unknown };
  if (typeof type === 'string' && Object.hasOwn(variants, type)) {
    checkFields({ type: { is: 'text' }, ...variants[type]! }, value, path, checking);
  } else {
    expect(false, type, join(path, 'type'), oneOf(Object.keys(variants)), checking);
  }
}

function checkFields(fields: Fields, value: unknown, path: string, checking: Checking): void {
  if (!isRecord(value)) {
    expect(false, value, path, 'an object', checking);
    return;
  }
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    if (Object.hasOwn(fields, name)) {
      checkShape(fields[name]!, field, join(path, name), checking);
    } else {
      expect(
        false,
        field,
        join(path, name),
        `left out: there are ${Object.keys(fields).join(', ')}`,
        checking,
      );
    }
  }
  for (const [name, shape] of Object.entries(fields)) {
    if (shape.required && value[name] === undefined) {
      expect(false, undefined, join(path, name), expectationOf(shape), checking);
    }
  }
}

function expect(
  holds: boolean,
  value: unknown,
  path: string,
  expected: string,
  { problems }: Checking,
): void {
  if (!holds) problems.push({ path, message: invalidArgument(path, value, expected).message });
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function oneOf(words: readonly string[]): string {
  return `one of ${words.map((word) => `'${word}'`).join(', ')}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
