import { etcdRefusals } from '../../etcd/etcd-errors.ts';
import type { KeyValue } from '../../etcd/key-value.ts';
import { type RangeRequest, type RangeResponse, SortOrder, SortTarget } from '../../etcd/kv.ts';
import type { KeySpace } from '../keys/key-space.ts';
import type { EtcdRefusal } from '../state-machine.ts';
import { revisionOnly } from './revision-only.ts';

/** Why a range cannot be read at the revision that it asks for. */
export function checkRevision(keys: KeySpace, revision: number): EtcdRefusal | undefined {
  if (revision <= 0) return undefined;
  if (revision > keys.revision) return etcdRefusals.futureRev;
  if (revision < keys.compactedRevision) return etcdRefusals.compacted;
  return undefined;
}

/**
 * Serves a range whose revision is as `checkRevision` wants it; within a transaction it sees what that has done. As in
 * etcd, `count` is of all keys in the range, and bounds on revisions do not make it less.
 */
export function readRange(keys: KeySpace, request: RangeRequest): RangeResponse {
  const { key, rangeEnd, limit } = request;
  const revisionNow = keys.changes > 0 ? keys.revision + 1 : keys.revision;
  const revision = request.revision > 0 ? request.revision : revisionNow;
  const header = revisionOnly(revisionNow);
  const count = keys.count(key, rangeEnd, revision);
  if (request.countOnly) return { header, kvs: [], more: false, count };
  const versions: number[] = [];
  const all = limit <= 0 || isSorted(request) || isBounded(request);
  keys.visit(key, rangeEnd, revision, (version) => {
    if (isWithin(keys, version, request)) versions.push(version);
    return all || versions.length < limit;
  });
  if (isSorted(request)) sortVersions(keys, versions, request);
  const more = limit > 0 && (all ? versions.length : count) > limit;
  if (more) versions.length = Math.min(versions.length, limit);
  const kvs: KeyValue[] = [];
  for (const version of versions) kvs.push(keys.versions.keyValue(version, request.keysOnly));
  return { header, kvs, more, count };
}

function isBounded(request: RangeRequest): boolean {
  return (
    request.minModRevision !== 0 ||
    request.maxModRevision !== 0 ||
    request.minCreateRevision !== 0 ||
    request.maxCreateRevision !== 0
  );
}

function isWithin(keys: KeySpace, version: number, request: RangeRequest): boolean {
  if (!isBounded(request)) return true;
  const { minModRevision, maxModRevision, minCreateRevision, maxCreateRevision } = request;
  const mod = keys.versions.modOf(version);
  const create = keys.versions.createOf(version);
  return (
    (minModRevision === 0 || mod >= minModRevision) &&
    (maxModRevision === 0 || mod <= maxModRevision) &&
    (minCreateRevision === 0 || create >= minCreateRevision) &&
    (maxCreateRevision === 0 || create <= maxCreateRevision)
  );
}

/** Keys are in ascending order as they come. Other targets are ascending when nothing is said of the order. */
function isSorted(request: RangeRequest): boolean {
  const { sortOrder, sortTarget } = request;
  return sortOrder !== SortOrder.NONE || sortTarget !== SortTarget.KEY;
}

function sortVersions(keys: KeySpace, versions: number[], request: RangeRequest): void {
  const ascending = comparison(keys, request.sortTarget);
  if (ascending !== undefined) versions.sort(ascending);
  if (request.sortOrder !== SortOrder.DESCEND) return;
  if (ascending === undefined) versions.reverse();
  else versions.sort((one, other) => ascending(other, one));
}

function comparison(keys: KeySpace, target: number): ((one: number, other: number) => number) | undefined {
  switch (target) {
    case SortTarget.VERSION:
      return (one, other) => keys.versions.countOf(one) - keys.versions.countOf(other);
    case SortTarget.CREATE:
      return (one, other) => keys.versions.createOf(one) - keys.versions.createOf(other);
    case SortTarget.MOD:
      return (one, other) => keys.versions.modOf(one) - keys.versions.modOf(other);
    case SortTarget.VALUE:
      return (one, other) => keys.versions.compareValues(one, other);
    default:
      return undefined;
  }
}
