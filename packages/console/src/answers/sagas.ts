import { invalidArgument } from '@holdfast/core';
import type { AdminSaga, AdminSagaAction, AdminSagaActionName, AdminSagaDetail } from '@holdfast/telemetry';
import type { AdminSources } from '../admin/admin-sources.ts';
import type { SagaList, SagaRow } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import { type ApiRequest, textIn, wordIn } from '../server/api-request.ts';

const statuses: readonly AdminSaga['status'][] = ['running', 'stuck', 'committed', 'rolled-back'];
const actions: readonly AdminSagaActionName[] = ['retry', 'skip', 'resolve', 'cancel'];
const limitOfEach = 500;

/** Sagas of all processes, the newest first; one that several know is listed once. */
export async function sagaList(
  { admin }: Pick<ConsoleState, 'admin'>,
  query: URLSearchParams,
): Promise<SagaList> {
  const status = wordIn(query, 'status', statuses);
  const type = textIn(query, 'type');
  const answers = await admin.ask('sagas', ({ client }, signal) =>
    client.sagas({ type, status, limit: limitOfEach }, signal),
  );
  const rows = new Map<string, SagaRow>();
  for (const { source, answer } of answers) {
    for (const saga of answer) {
      const row = { ...saga, source: source.id, service: source.resource.service };
      rows.set(`${row.service} ${saga.ledger} ${saga.id}`, row);
    }
  }
  const counts: Record<AdminSaga['status'], number> = {
    running: 0,
    stuck: 0,
    committed: 0,
    'rolled-back': 0,
  };
  for (const { status } of rows.values()) counts[status]++;
  const sagas = [...rows.values()].sort((one, other) => (other.startedAt ?? 0) - (one.startedAt ?? 0));
  return {
    sagas,
    counts,
    complete: answers.every(({ answer }) => answer.length < limitOfEach),
    silent: admin.silent(
      'sagas',
      answers.map(({ source }) => source),
    ),
  };
}

/** Those that wait for a person. */
export async function stuckSagas(admin: AdminSources): Promise<readonly SagaRow[]> {
  const { sagas } = await sagaList({ admin }, new URLSearchParams({ status: 'stuck' }));
  return sagas;
}

/** @throws HoldfastError NOT_FOUND, and as the process refuses. */
export function sagaDetail({ admin }: ConsoleState, request: ApiRequest): Promise<AdminSagaDetail> {
  const [source, ledger, id] = request.path as [string, string, string];
  const { client, actor } = admin.source(source);
  return (request.mayAct ? actor : client).saga(ledger, id, request.signal);
}

/** @throws HoldfastError NOT_FOUND, INVALID_ARGUMENT, and as the process refuses. */
export async function actOnSaga({ admin }: ConsoleState, request: ApiRequest): Promise<undefined> {
  const [source, ledger, id, named] = request.path as [string, string, string, string];
  const action = actions.find((each) => each === named);
  if (action === undefined) throw invalidArgument('action', named, `one of ${actions.join(', ')}`);
  await admin.source(source).actor.act({ ledger, id }, action, actionOf(request.body), request.signal);
  return undefined;
}

function actionOf(body: unknown): AdminSagaAction {
  if (body === undefined) return {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidArgument('body', body, 'an object');
  }
  return body;
}
