import { expect, test } from 'vitest';
import { hostsOf, namesOneOf } from './certificate-hosts.ts';

test.each([
  ['the same host', ['', 'a.example'], 'http://a.example:2380', true],
  ['another host', ['', 'b.example'], 'http://a.example:2380', false],
  ['the common name alone', ['a.example'], 'http://a.example:2380', false],
  ['capital letters', ['', 'A.Example'], 'https://a.eXample:2380', true],
  ['an IPv6 address as certificates have it', ['', '0:0:0:0:0:0:0:1'], 'http://[::1]:2380', true],
  ['another address', ['', '127.0.0.2'], 'http://127.0.0.1:2380', false],
  ['any first label', ['', '*.example'], 'http://a.example:2380', true],
  ['any first label for two', ['', '*.example'], 'http://a.b.example:2380', false],
  ['any name at all', ['', '*'], 'http://localhost:2380', false],
  ['a URI', ['', 'http://a.example', 'urn:a.example'], 'http://a.example:2380', false],
])('a certificate with %s', (_what, names, url, expected) => {
  expect(namesOneOf(names, hostsOf([url]))).toBe(expected);
});

test('one host of several is enough', () => {
  expect(namesOneOf(['', '10.0.0.2'], hostsOf(['http://10.0.0.1:2380', 'http://10.0.0.2:2380']))).toBe(true);
  expect(namesOneOf(['', '10.0.0.2'], [])).toBe(false);
});
