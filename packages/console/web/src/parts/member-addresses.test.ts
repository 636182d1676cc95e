import { expect, test } from 'vitest';
import { clusterOf, memberAddresses, memberAt } from './member-addresses.ts';

const clusters = [
  {
    name: 'c1',
    members: [
      { name: 'n1', clientUrls: ['http://localhost:2379'], nativeUrls: ['tcp://127.0.0.1:2381'] },
      { name: 'n2', clientUrls: [], nativeUrls: ['tls://[::1]:2382'] },
    ],
  },
  { name: 'c2', members: [{ name: 'n1', clientUrls: ['http://10.0.0.4:2379'], nativeUrls: [] }] },
];
const addresses = memberAddresses(clusters);
const client = (...endpoints: readonly (readonly [host: string, port: number])[]) => ({
  endpoints: endpoints.map(([host, port]) => ({ host, port })),
});

test('a member is found by whichever of its addresses a client asks', () => {
  const first = { cluster: 'c1', member: 'n1' };
  expect(memberAt(addresses, { host: '127.0.0.1', port: 2379 })).toEqual(first);
  expect(memberAt(addresses, { host: 'LOCALHOST', port: 2381 })).toEqual(first);
  expect(memberAt(addresses, { host: '::1', port: 2382 })).toEqual({ cluster: 'c1', member: 'n2' });
  expect(memberAt(addresses, { host: '127.0.0.1', port: 2380 })).toBeUndefined();
});

test('a client is one of the cluster that any of its endpoints belongs to, and else of none', () => {
  expect(clusterOf(addresses, client(['10.9.9.9', 1], ['10.0.0.4', 2379]))).toBe('c2');
  expect(clusterOf(addresses, client(['10.9.9.9', 1]))).toBeUndefined();
  expect(clusterOf(addresses, client())).toBeUndefined();
});
