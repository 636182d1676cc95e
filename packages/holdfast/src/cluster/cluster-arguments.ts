import { type Address, isHoldfastError, toPositiveMicros } from '@holdfast/core';
import type { TlsOptions } from '@holdfast/runtime';
import { UsageError } from '../usage-error.ts';

/** Options that every command of `holdfast cluster` has. */
export interface ClusterArguments {
  readonly endpoints: readonly Address[];
  readonly tls: TlsOptions | undefined;
  readonly user: { readonly name: string; readonly password: string } | undefined;
  /** Milliseconds for one request. */
  readonly timeout: number;
  readonly json: boolean;
}

export const commonOptions = {
  endpoints: 'value',
  cacert: 'value',
  cert: 'value',
  key: 'value',
  user: 'value',
  'command-timeout': 'value',
  json: 'switch',
  help: 'switch',
} as const;

export const commonOptionsHelp: readonly string[] = [
  "  --endpoints <host:port,...>  the members' native addresses (default 127.0.0.1:2378)",
  '  --cacert <file>              who signs their certificates; speaks TLS',
  '  --cert <file>, --key <file>  the certificate to show',
  '  --user <name:password>       who asks, where users are on; better in HOLDFAST_USER',
  '  --command-timeout <time>     for one request (default 5s)',
  '  --json                       print JSON',
];

/** @throws UsageError naming the option. */
export function clusterArguments(
  options: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): ClusterArguments {
  const { cacert, cert, key, user = environment['HOLDFAST_USER'] } = options;
  const texts = (options['endpoints'] ?? environment['HOLDFAST_ENDPOINTS'] ?? '127.0.0.1:2378').split(',');
  const encrypted = texts.some((text) => text.startsWith('tls://'));
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key go together');
  return {
    endpoints: texts.map(endpointOf),
    tls:
      encrypted || cacert !== undefined || cert !== undefined
        ? { certFile: cert, keyFile: key, caFile: cacert }
        : undefined,
    user: user === undefined ? undefined : userOf(user),
    timeout: timeoutOf(options['command-timeout'] ?? '5s'),
    json: options['json'] === 'true',
  };
}

function endpointOf(text: string): Address {
  const [, host, port] = /^(?:(?:tcp|tls):\/\/)?(\[[^\]]+\]|[^:/\s]+):(\d{1,5})\/?$/.exec(text.trim()) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    const hint = /^https?:/.test(text)
      ? ": that is where etcd's clients go; --listen-native-urls says where ours do"
      : '';
    throw new UsageError(
      `--endpoints has ${text || 'an empty one'}, but must have addresses such as 127.0.0.1:2378${hint}`,
    );
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function userOf(text: string): { name: string; password: string } {
  const [, name, password] = /^([^:]+):(.*)$/s.exec(text) ?? [];
  if (name === undefined || password === undefined) {
    throw new UsageError('--user must be a name and a password, such as root:secret');
  }
  return { name, password };
}

function timeoutOf(text: string): number {
  try {
    return toPositiveMicros(text as `${number}s`) / 1_000;
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    throw new UsageError(`--command-timeout is ${text}, but must be a time such as '500ms', '5s' or '2m'`);
  }
}
