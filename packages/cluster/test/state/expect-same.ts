import { expect } from 'vitest';
import { RangeRequest } from '../../src/etcd/kv.ts';
import type { Store } from '../../src/state/store.ts';
import { bytesOf, type NaiveStore, textOf } from './naive-store.ts';
import { plain } from './random-commands.ts';

/** That the store holds what the model does, at every revision that can be read. */
export function expectSame(store: Store, model: NaiveStore): void {
  expect(store.revision).toBe(model.revision);
  expect(store.compactedRevision).toBe(model.compacted);
  expect(store.bytesInUse).toBe(model.bytesInUse());
  expect(store.keyCount).toBe(model.at(model.revision).size);
  const all = RangeRequest.create({ key: bytesOf('\0'), rangeEnd: bytesOf('\0') });
  for (let revision = Math.max(1, model.compacted); revision <= model.revision; revision++) {
    expect(plain(store.range({ ...all, revision }))).toEqual(plain(model.range({ ...all, revision })));
  }
  expect([...store.leases.all()].length).toBe(model.leases.size);
  for (const [id, lease] of model.leases) {
    expect(store.leases.get(id)).toEqual({ id, ...lease });
    expect(store.leases.keysOf(id).map(textOf)).toEqual(model.leaseKeys(id));
  }
}
