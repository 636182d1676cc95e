import { observeOperations } from '@holdfast/core';
import { memoryEngine, openLedger, saga, terminal } from '@holdfast/transactions';
import { expect, test } from 'vitest';
import { operationSpans } from '../src/trace/operation-spans.ts';
import { tracing } from './tracing.ts';

test('the steps of a saga are in the trace of whoever started it, however many run beside it', async () => {
  const { contexts, named, spans, tracer } = tracing();
  const stop = observeOperations(operationSpans({ tracer, contexts }));
  const order = saga('order', { version: 1 })
    .step('reserve', {
      do: async ({ id }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        tracer.startSpan(`inside ${id}`).end();
      },
      undo: () => {},
    })
    .pivot('charge', {
      do: () => {
        throw terminal('no money');
      },
    });
  await using ledger = await openLedger({ engine: memoryEngine(), definitions: [order] });
  const place = (id: string) =>
    tracer.startActiveSpan(`request ${id}`, async (span) => {
      await (await ledger.start(order, undefined, { id })).result;
      span.end();
    });
  await Promise.all([place('a'), place('b')]);
  stop();
  for (const id of ['a', 'b']) {
    const request = named(`request ${id}`);
    const steps = spans.filter(({ attributes }) => attributes['holdfast.run.id'] === id);
    expect(steps.map(({ name }) => name)).toEqual([
      'order.reserve',
      'order.charge',
      'order.reserve (compensation)',
    ]);
    for (const step of steps) expect(step.parentId).toBe(request.context.spanId);
    expect(named(`inside ${id}`).parentId).toBe(steps[0]!.context.spanId);
    expect(steps[1]!.attributes).toMatchObject({
      'holdfast.saga.step': 'charge',
      'error.type': expect.any(String),
    });
  }
});
