import { callsDetail } from './answers/calls.ts';
import { consoleStatus } from './answers/console-status.ts';
import { errorList } from './answers/errors.ts';
import { execution } from './answers/execution.ts';
import { exemplarList } from './answers/exemplars.ts';
import { flame } from './answers/flame.ts';
import { logList } from './answers/logs.ts';
import { overview } from './answers/overview.ts';
import { profileList, takeProfile } from './answers/profiles.ts';
import { parquet, query } from './answers/query.ts';
import { actOnSaga, sagaDetail, sagaList } from './answers/sagas.ts';
import { serviceDetail } from './answers/service.ts';
import { serviceMap } from './answers/service-map.ts';
import { spanDetail, traceView } from './answers/trace-view.ts';
import { traceList } from './answers/traces.ts';
import type { LiveChannel } from './api/console-api.ts';
import type { ConsoleState } from './console-state.ts';
import { type ApiRequest, windowOf } from './server/api-request.ts';
import { ColumnAnswer } from './server/column-answer.ts';
import type { Route } from './server/routes.ts';

/** The requests of `console-api.ts`. */
export function consoleRoutes(state: ConsoleState): Route[] {
  const get = (path: string, answer: Route['answer']): Route => ({ method: 'GET', path, answer });
  const act = (path: string, answer: Route['answer']): Route => ({
    method: 'POST',
    path,
    acts: true,
    answer,
  });
  const window = ({ query, now }: ApiRequest) => windowOf(query, now);
  return [
    get('/overview', (asked) => overview(state, window(asked), asked.now)),
    get('/map', (asked) => serviceMap(state, window(asked), asked.now)),
    get('/calls/*/*', (asked) =>
      callsDetail(state, { from: asked.path[0]!, to: asked.path[1]! }, window(asked), asked.now),
    ),
    get('/services/*', (asked) => serviceDetail(state, asked.path[0]!, window(asked), asked.now)),
    get('/execution', (asked) => execution(state, asked)),
    get('/traces', (asked) => traceList(state, asked)),
    get('/traces/*', async ({ path, signal }) => new ColumnAnswer(await traceView(state, path[0]!, signal))),
    get('/traces/*/spans/*', ({ path, signal }) => spanDetail(state, path[0]!, path[1]!, signal)),
    get('/flame', (asked) => flame(state, asked)),
    get('/logs', (asked) => logList(state, asked)),
    get('/exemplars', (asked) => exemplarList(state, asked)),
    get('/cluster', ({ now }) => state.clusters.look(now)),
    get('/clients', ({ now }) => state.clients.look(now)),
    get('/sagas', ({ query }) => sagaList(state, query)),
    get('/sagas/*/*/*', (asked) => sagaDetail(state, asked)),
    act('/sagas/*/*/*/*', (asked) => actOnSaga(state, asked)),
    get('/errors', (asked) => errorList(state, window(asked), asked.signal)),
    get('/profiles', () => profileList(state)),
    get('/profiles/*', ({ path }) => state.profiles.get(path[0]!)),
    act('/profiles', (asked) => takeProfile(state, asked)),
    { method: 'POST', path: '/query', answer: (asked) => query(state, asked) },
    get('/export/*', (asked) => parquet(state, asked)),
    get('/status', async ({ mayAct }) => ({ ...(await consoleStatus(state)), mayAct })),
  ];
}

const liveMillis = 15 * 60_000;

/** What the live channels say: the answer to the request of the same name, over the last 15 minutes. */
export function sayLive(state: ConsoleState, channel: LiveChannel, now: number): Promise<unknown> {
  const window = { from: now - liveMillis, to: now };
  switch (channel) {
    case 'overview':
      return overview(state, window, now);
    case 'map':
      return serviceMap(state, window, now);
    case 'cluster':
      return state.clusters.look(now);
    case 'clients':
      return state.clients.look(now);
    case 'execution':
      return execution(state, unasked(now));
    case 'sagas':
      return sagaList(state, new URLSearchParams());
    case 'errors':
      return errorList(state, window);
    case 'logs':
      return logList(state, unasked(now));
    case 'status':
      return consoleStatus(state);
  }
}

/** What nobody in particular asks for, without parameters. */
function unasked(now: number): ApiRequest {
  const { signal } = new AbortController();
  return { path: [], query: new URLSearchParams(), body: undefined, mayAct: false, now, signal };
}

/** How often a channel says something new, at most, in milliseconds. In which order things run changes slowly, and costs the most. */
export function livePeriod(channel: LiveChannel): number {
  return channel === 'execution' ? 5_000 : 1_000;
}

export const liveChannels: readonly LiveChannel[] = [
  ...(['overview', 'map', 'execution', 'cluster', 'clients', 'sagas', 'errors', 'logs', 'status'] as const),
];
