import { flameOfWindow } from '@holdfast/insight';
import type { FlameView } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import { type ApiRequest, textIn, windowOf } from '../server/api-request.ts';

const tracesMax = 1_000;

/** The critical paths of a window's traces; beside those of another where one is named. */
export async function flame({ store }: ConsoleState, request: ApiRequest): Promise<FlameView> {
  const { query, now, signal } = request;
  const window = windowOf(query, now);
  const service = textIn(query, 'service');
  const operation = textIn(query, 'operation');
  const only = {
    ...(service !== undefined && { service }),
    ...(operation !== undefined && { operation }),
    tracesMax,
  };
  const compares = query.has('baseFrom') || query.has('baseTo');
  const base = compares ? { ...windowOf(query, window.from, ['baseFrom', 'baseTo']), ...only } : undefined;
  return { ...window, ...(await flameOfWindow(store, { ...window, ...only }, base, signal)) };
}
