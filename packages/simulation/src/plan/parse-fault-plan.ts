import { type Duration, invalidArgument, toMicros, toPositiveMicros } from '@holdfast/core';
import type { FaultPlan, LatencyRange } from './fault-plan.ts';
import { planShape } from './plan-shape.ts';
import type { Fields, Shape } from './shape.ts';

/**
 * Checks that `json` is a fault plan. `hosts` are the names that it may use; without them any name will do. The JSON
 * Schema of a plan is `@holdfast/simulation/fault-plan.schema.json`.
 *
 * @throws HoldfastError INVALID_ARGUMENT, which names the field and its value: `faults[2].host is 'n9', but must be
 * one of 'n1', 'n2', '@role' or '*'`.
 */
export function parseFaultPlan(json: unknown, hosts?: readonly string[]): FaultPlan {
  check(planShape, json, '', hosts);
  const plan = json as FaultPlan;
  checkLatency(plan.network?.latency, 'network.latency');
  checkLatency(plan.disk?.latency, 'disk.latency');
  for (const [index, fault] of (plan.faults ?? []).entries()) {
    const path = `faults[${index}]`;
    if ('latency' in fault) checkLatency(fault.latency, `${path}.latency`);
    if ('to' in fault && fault.from === fault.to && isName(fault.to)) {
      throw invalidArgument(`${path}.to`, fault.to, 'another host than `from`');
    }
  }
  return plan;
}

function checkLatency(latency: LatencyRange | undefined, path: string): void {
  if (latency !== undefined && toMicros(latency.max) < toMicros(latency.min)) {
    throw invalidArgument(`${path}.max`, latency.max, `at least ${path}.min, which is ${latency.min}`);
  }
}

function check(shape: Shape, value: unknown, path: string, hosts: readonly string[] | undefined): void {
  switch (shape.is) {
    case 'record':
      checkFields(shape.fields, value, path, hosts);
      return;
    case 'kinds': {
      const kind = isObject(value) ? value['kind'] : undefined;
      if (isObject(value) && !(typeof kind === 'string' && Object.hasOwn(shape.of, kind))) {
        throw invalidArgument(join(path, 'kind'), kind, oneOf(Object.keys(shape.of)));
      }
      checkFields({ kind: { is: 'text' }, ...shape.common, ...shape.of[kind as string] }, value, path, hosts);
      return;
    }
    case 'list':
      if (!Array.isArray(value) || value.length < shape.min || value.length > shape.max) {
        throw invalidArgument(path, value, expectation(shape, hosts));
      }
      for (const [index, item] of value.entries()) check(shape.of, item, `${path}[${index}]`, hosts);
      return;
    default:
      if (!isLeaf(shape, value, hosts)) {
        throw invalidArgument(path || 'plan', value, expectation(shape, hosts));
      }
  }
}

function checkFields(
  fields: Fields,
  value: unknown,
  path: string,
  hosts: readonly string[] | undefined,
): void {
  if (!isObject(value)) throw invalidArgument(path || 'plan', value, 'an object');
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    if (!Object.hasOwn(fields, name)) {
      throw invalidArgument(join(path, name), field, `left out: there are ${Object.keys(fields).join(', ')}`);
    }
    check(fields[name]!, field, join(path, name), hosts);
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.required && value[name] === undefined) {
      throw invalidArgument(join(path, name), undefined, expectation(field, hosts));
    }
  }
}

function isLeaf(shape: Shape, value: unknown, hosts: readonly string[] | undefined): boolean {
  switch (shape.is) {
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'host':
      return typeof value === 'string' && isHost(value, hosts);
    case 'share':
      return typeof value === 'number' && value >= 0 && value <= 1;
    case 'constant':
      return value === shape.value;
    case 'whole':
      return Number.isSafeInteger(value) && (value as number) >= shape.min && (value as number) <= shape.max;
    case 'duration':
      return isDuration(value, shape.positive);
    case 'choice':
      return shape.of.includes(value as string);
    default:
      return false;
  }
}

function isHost(value: string, hosts: readonly string[] | undefined): boolean {
  if (value === '*') return true;
  if (value.startsWith('@')) return value.length > 1;
  return value !== '' && (hosts === undefined || hosts.includes(value));
}

function isName(host: string): boolean {
  return host !== '*' && !host.startsWith('@');
}

function isDuration(value: unknown, positive: boolean): boolean {
  try {
    (positive ? toPositiveMicros : toMicros)(value as Duration);
    return true;
  } catch {
    return false; // The error that is thrown instead has the path.
  }
}

function expectation(shape: Shape, hosts: readonly string[] | undefined): string {
  switch (shape.is) {
    case 'text':
      return 'a text';
    case 'host':
      return hosts === undefined ? "the name of a host, '@role' or '*'" : oneOf([...hosts, '@role', '*']);
    case 'share':
      return 'a share: a number from 0 to 1';
    case 'constant':
      return String(shape.value);
    case 'whole':
      return `a whole number from ${shape.min} to ${shape.max}`;
    case 'duration':
      return `a number of milliseconds or a string such as '250ms', '1.5s' or '2m'${shape.positive ? ', longer than zero' : ''}`;
    case 'choice':
      return oneOf(shape.of);
    case 'list':
      return `an array of ${shape.min} to ${shape.max} items`;
    default:
      return 'an object';
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function oneOf(words: readonly string[]): string {
  return `one of ${words.map((word) => `'${word}'`).join(', ')}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
