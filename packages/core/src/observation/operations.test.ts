import { describe, expect, test } from 'vitest';
import {
  enterOperation,
  type OperationObserver,
  type OperationScope,
  observeOperations,
  operationsObserved,
} from './operations.ts';

class Recorder implements OperationObserver {
  readonly entered: [string, unknown][] = [];
  readonly scope: OperationScope = { bind: (fn) => fn(), set: () => {}, event: () => {}, exit: () => {} };

  enter(name: string, attributes: unknown): OperationScope {
    this.entered.push([name, attributes]);
    return this.scope;
  }
}

describe('operations', () => {
  test('with no observer there is no scope', () => {
    expect(operationsObserved()).toBe(false);
    expect(enterOperation('append', {})).toBeUndefined();
  });

  test('the observer hears of each operation and gives its scope', () => {
    const recorder = new Recorder();
    const stop = observeOperations(recorder);
    expect(operationsObserved()).toBe(true);
    expect(enterOperation('append', { bytes: 12 })).toBe(recorder.scope);
    expect(recorder.entered).toEqual([['append', { bytes: 12 }]]);
    stop();
    expect(operationsObserved()).toBe(false);
  });

  test('the newest observer wins, and the one before it is back afterwards', () => {
    const [older, newer] = [new Recorder(), new Recorder()];
    const stopOlder = observeOperations(older);
    const stopNewer = observeOperations(newer);
    enterOperation('first', {});
    stopNewer();
    stopNewer();
    enterOperation('second', {});
    stopOlder();
    expect(newer.entered.map(([name]) => name)).toEqual(['first']);
    expect(older.entered.map(([name]) => name)).toEqual(['second']);
  });

  test('an observer that was stopped while a newer one ran does not come back', () => {
    const stopOlder = observeOperations(new Recorder());
    const stopNewer = observeOperations(new Recorder());
    stopOlder();
    stopNewer();
    expect(operationsObserved()).toBe(false);
  });
});
