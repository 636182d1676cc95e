import { invalidArgument } from '@holdfast/core';
import { check, forEach, isCount, isJson, isOptionalCount, isText, list } from './json-fields.ts';

/** The work of a run. */
export function checkOperations(of: Record<string, unknown>): void {
  forEach(of, 'operations', (operation, path) => {
    check(isCount, operation, 'at', path);
    check(isText, operation, 'client', path);
    check(isJson, operation, 'operation', path);
  });
}

/** The improbable things that happened, in the field of that name. */
export function checkChoices(of: Record<string, unknown>, field: string): void {
  forEach(of, field, (choice, path) => {
    check(isText, choice, 'kind', path);
    check(isText, choice, 'subject', path);
    check(isOptionalCount, choice, 'at', path);
    check(isCount, choice, 'ordinal', path);
  });
}

/** The order of what is due at the same instant. */
export function checkOrder(of: Record<string, unknown>): void {
  for (const [index, choice] of list(of, 'order').entries()) {
    if (!isCount.accepts(choice)) throw invalidArgument(`order[${index}]`, choice, isCount.expected);
  }
}

/** The names of hosts. */
export function checkHosts(of: Record<string, unknown>): void {
  for (const [index, host] of list(of, 'hosts').entries()) {
    if (typeof host !== 'string') throw invalidArgument(`hosts[${index}]`, host, isText.expected);
  }
}
