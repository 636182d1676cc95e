import { randomUUID } from 'node:crypto';
import { invalidArgument } from '@holdfast/core';
import type { ProfileKind } from '@holdfast/telemetry';
import type { ProfileList, ProfileSummary } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import type { ApiRequest } from '../server/api-request.ts';

const kinds: readonly ProfileKind[] = ['cpu', 'heap', 'off-cpu'];
export function profileList({ admin, profiles }: ConsoleState): ProfileList {
  const sources = admin
    .all()
    .filter(({ index }) => index!.sections.includes('profiles'))
    .map(({ id, resource }) => ({ source: id, service: resource.service, instance: resource.instance }));
  return { profiles: profiles.list(), sources };
}

/** Has a process take a profile of itself. @throws HoldfastError NOT_FOUND, INVALID_ARGUMENT, and as the process refuses. */
export async function takeProfile(
  { admin, profiles }: ConsoleState,
  request: ApiRequest,
): Promise<ProfileSummary> {
  const order = (request.body ?? {}) as { source?: unknown; kind?: unknown; duration?: unknown };
  if (typeof order.source !== 'string')
    throw invalidArgument('source', order.source, 'the name of a process');
  const kind = kinds.find((each) => each === order.kind);
  if (kind === undefined) throw invalidArgument('kind', order.kind, `one of ${kinds.join(', ')}`);
  const { duration } = order;
  if (duration !== undefined && typeof duration !== 'number') {
    throw invalidArgument('duration', duration, 'a number of milliseconds');
  }
  const { id: source, resource, actor } = admin.source(order.source);
  const profile = await actor.profile({ kind, ...(duration !== undefined && { duration }) }, request.signal);
  const summary: ProfileSummary = {
    id: randomUUID(),
    source,
    service: resource.service,
    instance: resource.instance,
    kind,
    startedAt: profile.startedAt,
    duration: profile.duration,
  };
  await profiles.keep(summary, profile);
  return summary;
}
