import { invalidArgument } from '@holdfast/core';
import { takeProfile } from '../profiles/take-profile.ts';
import { telemetryErrors } from '../telemetry-errors.ts';
import type {
  AdminIndex,
  AdminProfileRequest,
  AdminSaga,
  AdminSagaAction,
  AdminSagaActionName,
  AdminSection,
} from './admin-api.ts';
import type { AdminSettings } from './admin-options.ts';
import { describeClients, hasClients } from './describe-clients.ts';
import { describeClusters, hasClusters } from './describe-clusters.ts';
import { describeErrors, hasErrorMonitors } from './describe-errors.ts';
import { describePolicies, hasPolicies } from './describe-policies.ts';
import {
  actOnSaga,
  describeSaga,
  describeSagas,
  hasLedgers,
  type SagaAddress,
  type SagaFilter,
} from './describe-sagas.ts';

/** A request that was let in. */
export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Uint8Array;
  /** Whether its sender has shown the token. Those that are not reading have. */
  readonly signed: boolean;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

const base = '/holdfast/v1';

export function isReading(method: string): boolean {
  return method === 'GET';
}

/** What is answered, as JSON; undefined for nothing. @throws HoldfastError ADMIN_UNKNOWN, INVALID_ARGUMENT. */
export async function answer(request: AdminRequest, settings: AdminSettings): Promise<unknown> {
  const { path, signed, signal } = request;
  const [section = '', ...rest] = segmentsOf(path);
  if (isReading(request.method)) {
    if (rest.length === 0) return readSection(section, request, settings);
    const saga = section === 'sagas' ? sagaAddress(rest) : undefined;
    if (saga !== undefined) return describeSaga(saga, signed, signal);
  } else if (section === 'profiles' && rest.length === 0) {
    return takeProfile(contentOf(request) as AdminProfileRequest, signal);
  } else if (section === 'sagas' && isActionName(rest[2])) {
    const saga = sagaAddress(rest.slice(0, 2));
    if (rest.length === 3 && saga !== undefined) {
      await actOnSaga(saga, rest[2], contentOf(request) as AdminSagaAction, signal);
      return undefined;
    }
  }
  throw unknown(path);
}

async function readSection(
  section: string,
  { query, signal, signed }: AdminRequest,
  settings: AdminSettings,
): Promise<unknown> {
  switch (section) {
    case '':
      return indexOf(settings);
    case 'policies':
      return describePolicies();
    case 'cluster':
      return describeClusters();
    case 'clients':
      return describeClients();
    case 'sagas':
      return describeSagas(filterIn(query), signal);
    case 'errors':
      return describeErrors(signed);
    default:
      throw unknown(section);
  }
}

function indexOf({ service, instance, version, token }: AdminSettings): AdminIndex {
  const sections: [AdminSection, boolean][] = [
    ['policies', hasPolicies()],
    ['cluster', hasClusters()],
    ['clients', hasClients()],
    ['sagas', hasLedgers()],
    ['errors', hasErrorMonitors()],
    ['profiles', token !== undefined],
  ];
  return {
    service,
    instance,
    version,
    pid: process.pid,
    startedAt: Math.round(Date.now() - process.uptime() * 1_000),
    sections: sections.filter(([, there]) => there).map(([section]) => section),
  };
}

/** What follows `/holdfast/v1` in a path. @throws HoldfastError ADMIN_UNKNOWN, INVALID_ARGUMENT. */
function segmentsOf(path: string): string[] {
  if (path !== base && !path.startsWith(`${base}/`)) throw unknown(path);
  try {
    return path
      .slice(base.length + 1)
      .split('/')
      .map(decodeURIComponent);
  } catch {
    throw invalidArgument('path', path, 'a path that is encoded as URLs are');
  }
}

function sagaAddress([ledger, id, ...more]: readonly string[]): SagaAddress | undefined {
  return ledger && id && more.length === 0 ? { ledger, id } : undefined;
}

const statuses: readonly (string | undefined)[] = [
  undefined,
  'running',
  'stuck',
  'committed',
  'rolled-back',
] satisfies (AdminSaga['status'] | undefined)[];

function filterIn(query: URLSearchParams): SagaFilter {
  const status = query.get('status') ?? undefined;
  if (!statuses.includes(status)) {
    throw invalidArgument('status', status, 'running, stuck, committed or rolled-back');
  }
  const limit = Number(query.get('limit') ?? 100);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1_000)) {
    throw invalidArgument('limit', query.get('limit'), 'a whole number from 1 to 1000');
  }
  return { type: query.get('type') ?? undefined, status: status as AdminSaga['status'] | undefined, limit };
}

function isActionName(name: string | undefined): name is AdminSagaActionName {
  return name === 'retry' || name === 'skip' || name === 'resolve' || name === 'cancel';
}

/** The body as an object; empty for none. @throws HoldfastError INVALID_ARGUMENT. */
function contentOf({ body }: AdminRequest): object {
  if (body.length === 0) return {};
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(body).toString());
  } catch {
    throw invalidArgument('body', '(not shown)', 'JSON');
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content;
  throw invalidArgument('body', '(not shown)', 'a JSON object');
}

function unknown(path: string): Error {
  return telemetryErrors.create('ADMIN_UNKNOWN', { message: `there is no ${path} here`, stack: false });
}
