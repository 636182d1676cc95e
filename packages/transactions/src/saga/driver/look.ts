import { invalidArgument } from '@holdfast/core';
import type { ContextSource, ContextSubject } from '../action-context.ts';
import type { PlaceDefinition } from '../definition.ts';
import { textOf } from '../records/record.ts';
import { describeIssues } from '../standard-schema.ts';

const keyLengthMax = 200;

/**
 * The keys that a step's `lock` asks for, as the saga stands.
 *
 * @throws what `lock` throws; HoldfastError INVALID_ARGUMENT.
 */
export function locksOf(
  definition: PlaceDefinition,
  saga: ContextSubject,
  signal: AbortSignal,
): readonly string[] {
  const given = definition.lock!(lookAt(definition, saga, signal));
  const keys: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const key of keys) {
    if (typeof key !== 'string' || key.length === 0 || key.length > keyLengthMax) {
      throw invalidArgument(`${definition.name}.lock`, key, `keys of 1 to ${keyLengthMax} characters`);
    }
  }
  return keys as readonly string[];
}

/** The input of a child, as JSON. @throws what `input` throws; TypeError when its schema refuses that. */
export function childInput(definition: PlaceDefinition, saga: ContextSubject, signal: AbortSignal): string {
  const input = definition.input!(lookAt(definition, saga, signal));
  const checked = definition.schema?.['~standard'].validate(input) ?? { value: input };
  if (checked instanceof Promise) throw new TypeError(`The schema of '${definition.name}' is asynchronous`);
  if (checked.issues === undefined) return textOf(checked.value);
  throw new TypeError(
    `'${definition.name}' is not what its schema asks for: ${describeIssues(checked.issues)}`,
  );
}

/** What functions see that are no attempts. */
function lookAt({ name, scope }: PlaceDefinition, saga: ContextSubject, signal: AbortSignal): unknown {
  const key = `${saga.id}/${name}`;
  const source: ContextSource = { saga, key, doKey: key, attempt: 1, signal, transaction: undefined };
  return new scope.Context(source);
}
