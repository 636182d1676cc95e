import { describe, expect, test } from 'vitest';
import { History } from '../history/history.ts';
import { type CounterInput, type CounterOutput, counterModel } from '../models/counter.ts';
import { keyValueModel } from '../models/key-value.ts';
import { type QueueInput, type QueueOutput, queueModel } from '../models/queue.ts';
import { type RegisterInput, type RegisterOutput, registerModel } from '../models/register.ts';
import { checkLinearizability } from './linearizability.ts';
import type { Model } from './model.ts';

const read: RegisterInput = { kind: 'read' };
const write = (value: number): RegisterInput => ({ kind: 'write', value });

function record(steps: (history: History<RegisterInput, RegisterOutput>) => void) {
  const history = new History<RegisterInput, RegisterOutput>();
  steps(history);
  return history;
}

/** One after the other. */
function inTurn(...operations: [RegisterInput, RegisterOutput][]) {
  return record((history) => {
    for (const [time, [input, output]] of operations.entries()) {
      history.ok(history.invoke(time * 1000, 'a', input), time * 1000 + 500, output);
    }
  });
}

describe('checkLinearizability', () => {
  test('shows what is wrong with few operations', () => {
    const history = inTurn(
      [write(1), null],
      [write(2), null],
      [read, 2],
      [write(3), null],
      [read, 2],
      [read, 3],
    );
    const result = checkLinearizability(history, registerModel());
    expect(result).toMatchObject({ verdict: 'violated', witness: { key: undefined, states: ['3'] } });
    expect(result.verdict === 'violated' && result.text).toBe(
      [
        'not linearizable as a register: no order explains',
        '  #4 a: read -> 2 (4 ms to 4.5 ms)',
        'The longest order before it has 4 operations, and ends in state 3:',
        '  #0 a: write 1 (0 ms to 0.5 ms)',
        '  #1 a: write 2 (1 ms to 1.5 ms)',
        '  #2 a: read -> 2 (2 ms to 2.5 ms)',
        '  #3 a: write 3 (3 ms to 3.5 ms)',
        'Enough to see it (3 of 6 operations, in the order of their calls):',
        '  #1 a: write 2 (1 ms to 1.5 ms)',
        '  #3 a: write 3 (3 ms to 3.5 ms)',
        '  #4 a: read -> 2 (4 ms to 4.5 ms)',
      ].join('\n'),
    );
  });

  test('goes by the order of events, even within a microsecond', () => {
    const model = registerModel(0);
    const stale = record((history) => {
      history.ok(history.invoke(5, 'a', write(1)), 5, null);
      history.ok(history.invoke(5, 'b', read), 5, 0);
    });
    expect(checkLinearizability(stale, model).verdict).toBe('violated');
    const overlapping = record((history) => {
      const writing = history.invoke(5, 'a', write(1));
      const reading = history.invoke(5, 'b', read);
      history.ok(writing, 5, null);
      history.ok(reading, 5, 0);
    });
    expect(checkLinearizability(overlapping, model).verdict).toBe('ok');
  });

  test('an unknown write may take effect late, or never, but only once', () => {
    const after = (...answers: number[]) =>
      record((history) => {
        history.unknown(history.invoke(0, 'a', write(1)), 1);
        for (const answer of answers) history.ok(history.invoke(2, 'b', read), 3, answer);
      });
    const verdict = (...answers: number[]) =>
      checkLinearizability(after(...answers), registerModel(0)).verdict;
    expect(verdict(0, 0)).toBe('ok');
    expect(verdict(0, 1)).toBe('ok');
    expect(verdict(1, 0)).toBe('violated');
  });

  test('the same unknown addition may have happened at two times', () => {
    const history = new History<CounterInput, CounterOutput>();
    for (const total of [1, 2, 3]) {
      history.unknown(history.invoke(0, 'a', { kind: 'add', amount: 1 }), 1);
      history.ok(history.invoke(2, 'b', { kind: 'read' }), 3, total);
    }
    expect(checkLinearizability(history, counterModel()).verdict).toBe('ok');
  });

  test('an unknown write that nobody read may explain why a cas was refused', () => {
    const history = record((each) => {
      each.ok(each.invoke(0, 'a', write(1)), 1, null);
      each.unknown(each.invoke(2, 'b', write(2)), 3);
      each.ok(each.invoke(4, 'a', { kind: 'cas', expected: 1, value: 3 }), 5, false);
    });
    expect(checkLinearizability(history, registerModel()).verdict).toBe('ok');
  });

  test('an unknown write may have been found by an unknown cas', () => {
    const history = record((each) => {
      each.unknown(each.invoke(0, 'a', write(2)), 1);
      each.unknown(each.invoke(0, 'b', { kind: 'cas', expected: 2, value: 3 }), 1);
      each.ok(each.invoke(2, 'c', read), 3, 3);
    });
    expect(checkLinearizability(history, registerModel()).verdict).toBe('ok');
  });

  test('an unknown write that was used too early is tried later', () => {
    const history = record((each) => {
      each.unknown(each.invoke(0, 'a', write(5)), 1);
      const four = each.invoke(2, 'b', write(4));
      const five = each.invoke(2, 'c', { kind: 'cas', expected: 4, value: 5 });
      each.ok(each.invoke(2, 'd', read), 3, 5);
      each.ok(four, 4, null);
      each.ok(five, 4, true);
      each.ok(each.invoke(5, 'b', write(7)), 6, null);
      each.ok(each.invoke(7, 'b', read), 8, 5);
    });
    expect(checkLinearizability(history, registerModel()).verdict).toBe('ok');
  });

  test('a failed write never takes effect', () => {
    const history = record((each) => {
      each.failed(each.invoke(0, 'a', write(1)), 1);
      each.ok(each.invoke(2, 'b', read), 3, 1);
    });
    expect(checkLinearizability(history, registerModel(0)).verdict).toBe('violated');
  });

  test('a history of nothing is linearizable', () => {
    expect(checkLinearizability([], registerModel())).toEqual({
      verdict: 'ok',
      operations: 0,
      partitions: 0,
      steps: 0,
      configurations: 0,
    });
  });

  test('names the key that is wrong, though another could not be decided', () => {
    const history = new History<Parameters<ReturnType<typeof keyValueModel>['step']>[1], RegisterOutput>();
    const writing = Array.from({ length: 12 }, (_, value) =>
      history.invoke(0, `c${value}`, { kind: 'put', key: 'hard', value }),
    );
    history.ok(history.invoke(0, 'x', { kind: 'get', key: 'wrong' }), 1, 7);
    for (const id of writing) history.ok(id, 1, null);
    for (const output of [1, 2, 1])
      history.ok(history.invoke(2, 'y', { kind: 'get', key: 'hard' }), 3, output);
    const result = checkLinearizability(history, keyValueModel(), { maxSteps: 100 });
    expect(result).toMatchObject({ verdict: 'violated', witness: { key: 'wrong' } });
  });

  test('never says ok for want of budget', () => {
    const hard = new History<QueueInput, QueueOutput>();
    const ids = Array.from({ length: 20 }, (_, value) =>
      hard.invoke(0, `c${value}`, { kind: 'enqueue', value }),
    );
    for (const id of ids) hard.ok(id, 1, null);
    hard.ok(hard.invoke(2, 'x', { kind: 'dequeue' }), 3, 99);
    for (const options of [{ maxSteps: 1000 }, { maxConfigurations: 100 }]) {
      const result = checkLinearizability(hard, queueModel(), options);
      expect(result).toMatchObject({ verdict: 'undecided', undecided: [''] });
      expect(result.verdict === 'undecided' && result.text).toContain('1 of 1 partitions are left');
    }
  });

  test('a model needs no more than a first state and a step', () => {
    const plain: Model<number, 'read' | 'increment', number> = {
      name: 'plain counter',
      init: () => 0,
      step: (state, input, output) => {
        const after = input === 'increment' ? state + 1 : state;
        return output === undefined || output === after ? after : undefined;
      },
    };
    const history = new History<'read' | 'increment', number>();
    history.ok(history.invoke(0, 'a', 'increment'), 1, 1);
    history.unknown(history.invoke(2, 'a', 'increment'), 3);
    history.ok(history.invoke(4, 'b', 'read'), 5, 2);
    expect(checkLinearizability(history, plain).verdict).toBe('ok');
    history.ok(history.invoke(6, 'b', 'read'), 7, 1);
    const result = checkLinearizability(history, plain);
    expect(result.verdict === 'violated' && result.text).toContain('#3 b: "read" -> 1');
  });

  test('a duplicate apply shows in a counter', () => {
    const history = new History<{ kind: 'read' } | { kind: 'add'; amount: number }, number | null>();
    history.ok(history.invoke(0, 'a', { kind: 'add', amount: 5 }), 1, null);
    history.ok(history.invoke(2, 'a', { kind: 'read' }), 3, 10);
    expect(checkLinearizability(history, counterModel()).verdict).toBe('violated');
  });

  test('says which option is wrong', () => {
    expect(() => checkLinearizability([], registerModel(), { maxSteps: 0 })).toThrow('maxSteps is 0');
    expect(() => checkLinearizability([], registerModel(), { maxConfigurations: 1.5 })).toThrow(
      'maxConfigurations is',
    );
  });
});
