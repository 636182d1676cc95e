import { assert, isHoldfastError, toMicros } from '@holdfast/core';
import type { Lease } from '../store/coordination-store.ts';
import {
  aborted,
  bytesOf,
  type CoordinationCase,
  equal,
  equalLists,
  failsWith,
  shown,
  soon,
  take,
  told,
} from './coordination-case.ts';

/** What the contract promises of leases. */
export const leaseCases: readonly CoordinationCase[] = [
  {
    name: 'what hangs on a lease goes when it is revoked, as one change',
    needs: [],
    async run(under) {
      const store = await under.open();
      const lease = await store.grantLease(under.leaseTtl);
      assert(lease.ttl >= toMicros(under.leaseTtl), 'it has the time asked for, or more');
      assert(lease.held && !lease.lost.aborted, 'it holds');
      assert(lease.validUntil > under.now(), 'it is valid for some time');
      const [a, b, free, moved] = ['a', 'b', 'free', 'moved'].map((name) => under.prefix + name) as [
        string,
        string,
        string,
        string,
      ];
      await store.put(a, bytesOf('1'), { lease });
      await store.transact({
        compare: [],
        then: [
          { do: 'put', key: b, value: bytesOf('1'), lease },
          { do: 'put', key: moved, value: bytesOf('1'), lease },
        ],
      });
      await store.put(free, bytesOf('1'));
      equal((await store.get(a))?.lease, lease.id, "an entry's lease");
      await store.put(moved, bytesOf('2'));
      equal((await store.get(moved))?.lease, undefined, 'the lease of one put again without it');
      const watch = store.watch(under.prefix);
      await soon(under, watch.started, 'the start');
      await soon(under, lease.revoke(), 'revoking');
      equal(lease.held, false, 'whether it is held afterwards');
      lostAs(lease);
      const { entries } = await store.range(under.prefix);
      equalLists(shown(entries), [`${free}=1`, `${moved}=2`], 'what is left');
      const items = await take(under, watch, 2);
      equal(items.length, 1, 'changes');
      equalLists(told(items).sort(), [`-${a}`, `-${b}`], 'what a watch is told');
      await soon(under, lease.revoke(), 'revoking again');
      await failsWith('LEASE_LOST', store.put(a, bytesOf('2'), { lease }), 'putting with it');
      await watch.return();
    },
  },
  {
    name: 'a lease lives as long as its client does',
    needs: ['crash'],
    async run(under) {
      const [holder, other] = [await under.open(), await under.open()];
      const key = `${under.prefix}key`;
      const lease = await holder.grantLease(under.leaseTtl);
      await holder.put(key, bytesOf('1'), { lease });
      await under.sleep((lease.ttl / 1_000) * 3);
      assert(lease.held, 'it is held after three times its length');
      assert((await other.get(key)) !== undefined, 'what hangs on it is there');
      const { validUntil } = lease;
      const watch = other.watch(key);
      await soon(under, watch.started, 'the start');
      await under.crash(holder);
      equalLists(told(await take(under, watch, 1)), [`-${key}`], 'what happens after its end');
      assert(under.now() >= validUntil, 'the store waits until its holder has given it up');
      await watch.return();
    },
  },
  {
    name: 'a lease is lost for its holder before the store lets it expire',
    needs: ['cut'],
    async run(under) {
      const [holder, other] = [await under.open(), await under.open()];
      const key = `${under.prefix}key`;
      const lease = await holder.grantLease(under.leaseTtl);
      await holder.put(key, bytesOf('1'), { lease });
      const watch = other.watch(key);
      await soon(under, watch.started, 'the start');
      let lostAt = Number.POSITIVE_INFINITY;
      const lost = aborted(lease.lost).then(() => {
        lostAt = under.now();
      });
      const mend = await under.cut(holder);
      equalLists(told(await take(under, watch, 1)), [`-${key}`], 'what happens to what hangs on it');
      assert(lostAt <= under.now() && !lease.held, 'the holder knew before');
      await lost;
      lostAs(lease);
      await mend();
      await failsWith('LEASE_LOST', holder.put(key, bytesOf('2'), { lease }), 'putting with it');
      equal(await holder.get(key), undefined, 'what hung on it');
      await watch.return();
    },
  },
  {
    name: 'a lease survives a restart of the servers',
    needs: ['restart'],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const lease = await store.grantLease('30s');
      await store.put(key, bytesOf('1'), { lease });
      await under.restart();
      await under.sleep('500ms');
      assert((await store.get(key)) !== undefined, 'what hangs on it is there');
      assert(lease.held, 'it is held');
      await soon(under, lease.revoke(), 'revoking');
      equal(await store.get(key), undefined, 'what hung on it');
    },
  },
  {
    name: 'closing a store gives its leases up',
    needs: [],
    async run(under) {
      const [holder, other] = [await under.open(), await under.open()];
      const key = `${under.prefix}key`;
      const lease = await holder.grantLease('1h');
      await holder.put(key, bytesOf('1'), { lease });
      await soon(under, holder.close(), 'closing');
      equal(lease.held, false, 'whether it is held');
      equal(await other.get(key), undefined, 'what hung on it');
    },
  },
];

function lostAs({ lost }: Lease): void {
  assert(lost.aborted, 'its signal is aborted');
  const { reason } = lost;
  equal(isHoldfastError(reason) ? reason.code : String(reason), 'LEASE_LOST', 'the reason');
}
