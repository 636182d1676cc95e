import { expect, test } from 'vitest';
import { clusterArguments } from './cluster-arguments.ts';

test('without options: a node on loopback, in the clear, by nobody', () => {
  expect(clusterArguments({}, {})).toEqual({
    endpoints: [{ host: '127.0.0.1', port: 2378 }],
    tls: undefined,
    user: undefined,
    timeout: 5_000,
    json: false,
  });
});

test('the environment says what no option does', () => {
  const environment = { HOLDFAST_ENDPOINTS: 'a:1', HOLDFAST_USER: 'root:a:b' };
  expect(clusterArguments({}, environment)).toMatchObject({
    endpoints: [{ host: 'a', port: 1 }],
    user: { name: 'root', password: 'a:b' },
  });
  expect(clusterArguments({ endpoints: '[::1]:2,tcp://b:3' }, environment).endpoints).toEqual([
    { host: '::1', port: 2 },
    { host: 'b', port: 3 },
  ]);
});

test('a certificate or a tls:// address asks for TLS', () => {
  expect(clusterArguments({ endpoints: 'tls://a:1' }, {}).tls).toEqual({});
  expect(clusterArguments({ cacert: 'ca.pem' }, {}).tls).toEqual({ caFile: 'ca.pem' });
});

test.each([
  [{ endpoints: 'http://127.0.0.1:2379' }, "that is where etcd's clients go"],
  [{ endpoints: 'a:1,,b:2' }, '--endpoints has an empty one'],
  [{ endpoints: 'a:99999' }, '--endpoints has a:99999'],
  [{ cert: 'c.pem' }, '--cert and --key go together'],
  [{ user: 'root' }, '--user must be a name and a password'],
  [{ 'command-timeout': 'soon' }, '--command-timeout is soon'],
])('%j is refused', (options, message) => {
  expect(() => clusterArguments(options, {})).toThrow(message);
});
