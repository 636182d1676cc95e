import { describe, expect, test } from 'vitest';
import { clusterIdOf, idOf, memberIdOf, numberOf } from './member-id.ts';

describe('ids', () => {
  test('are those that etcd gives to the same members', () => {
    // As etcd's documentation shows them for a single member with the default token.
    const id = memberIdOf(['http://localhost:2380'], 'etcd-cluster');
    expect(id).toBe('8e9e05c52164694d');
    expect(clusterIdOf([id])).toBe('cdf818194e3a8c32');
  });

  test('do not depend on the order of URLs and members', () => {
    const urls = ['http://a:2380', 'http://b:2380'];
    expect(memberIdOf(urls.toReversed(), 'token', 7)).toBe(memberIdOf(urls, 'token', 7));
    const ids = [memberIdOf(urls, 'token'), memberIdOf(urls, 'token', 7)];
    expect(clusterIdOf(ids.toReversed())).toBe(clusterIdOf(ids));
  });

  test('have 16 digits, whatever the number', () => {
    expect(idOf(0xabcn)).toBe('0000000000000abc');
    expect(numberOf(idOf(0xfedc_ba98_7654_3210n))).toBe(0xfedc_ba98_7654_3210n);
  });
});
