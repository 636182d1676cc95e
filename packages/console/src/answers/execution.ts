import { invalidArgument } from '@holdfast/core';
import { assembleTrace, type ExecutionFocus, ExecutionGraph } from '@holdfast/insight';
import type { ExecutionView, Window } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import type { FlowTotals } from '../live/flow-totals.ts';
import { type ApiRequest, textIn, windowOf, wordIn } from '../server/api-request.ts';
import { executionView } from '../view/execution-view.ts';
import { windowKey } from '../view/kept-answers.ts';
import { operationKey, operationTotals } from '../view/operation-totals.ts';
import { redOf } from '../view/red.ts';
import { readServices } from '../view/service-summaries.ts';

const tracesMax = 1_000;
/** So many will do where reading takes longer than this. */
const tracesEnough = 200;
const patienceMillis = 2_000;
const nodesMax = 300;
const sharedMillis = 5_000;

/**
 * What leads to what in the newest traces of a window: all of it, or around a service or one of its operations. All who ask for
 * the same get one answer, that of before while a new one is made.
 */
export async function execution(state: ConsoleState, { query, now }: ApiRequest): Promise<ExecutionView> {
  const asked = windowOf(query, now);
  const focus = focusOf(query);
  const folded = wordIn(query, 'within', ['true', 'false']) !== 'true';
  const key = JSON.stringify([windowKey(asked, now, sharedMillis), focus, folded]);
  return state.executions.get(key, () => read(state, asked, focus, folded, now));
}

async function read(
  { windows, live, store }: ConsoleState,
  asked: Window,
  focus: ExecutionFocus | undefined,
  folded: boolean,
  now: number,
): Promise<ExecutionView> {
  const services = await readServices({ windows, live, book: store.book, now }, asked);
  const graph = new ExecutionGraph({ folded });
  const begun = performance.now();
  let traces = 0;
  for await (const spans of store.traces({ ...asked, ...focus, tracesMax })) {
    graph.add(assembleTrace(spans), focus);
    traces++;
    if (traces >= tracesEnough && performance.now() - begun > patienceMillis) break;
  }

  const totals = new Map<FlowTotals, ReturnType<typeof operationTotals>>();
  const callsOf = (key: string) => (flow: FlowTotals) => {
    const found = totals.get(flow) ?? operationTotals(flow, store.book);
    totals.set(flow, found);
    return found.get(key);
  };
  const { window } = services;
  const figuresOf = (step: Parameters<typeof operationKey>[0]) => {
    const calls = callsOf(operationKey(step));
    const whole = calls(window.whole);
    return whole && { red: redOf(whole, window.seconds), health: services.judge(calls).health };
  };
  return { ...asked, traces, ...executionView(graph, { of: figuresOf, seconds: window.seconds, nodesMax }) };
}

function focusOf(query: URLSearchParams): ExecutionFocus | undefined {
  const service = textIn(query, 'service');
  const operation = textIn(query, 'operation');
  if (operation === undefined) return service === undefined ? undefined : { service };
  if (service === undefined) throw invalidArgument('service', service, 'whose operation it is');
  return { service, operation };
}
