import type { Duration } from '@holdfast/core';
import { clusterArguments } from '../cluster/cluster-arguments.ts';
import { UsageError } from '../usage-error.ts';

/** Where a ledger is, and how it is reached. */
export type LedgerPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string | undefined }
  | {
      readonly kind: 'cluster';
      readonly cluster: ReturnType<typeof clusterArguments>;
      readonly prefix: string | undefined;
    }
  | {
      readonly kind: 'etcd';
      readonly endpoints: readonly string[];
      readonly tls:
        | {
            readonly ca?: string | undefined;
            readonly cert?: string | undefined;
            readonly key?: string | undefined;
          }
        | undefined;
      readonly user: { readonly name: string; readonly password: string } | undefined;
      readonly requestTimeout: Duration;
      readonly prefix: string | undefined;
    };

/** Options of all commands that have a value. */
export const placeOptions = [
  'dir',
  'postgres',
  'schema',
  'endpoints',
  'prefix',
  'cacert',
  'cert',
  'key',
  'user',
  'command-timeout',
] as const;

export const placeOptionsHelp: readonly string[] = [
  '  --dir <folder>               a ledger in a folder: its owner is asked, or it is opened where it has none',
  '  --postgres <url>             one in PostgreSQL; better in HOLDFAST_POSTGRES, for it has a password in it',
  '  --schema <name>              where in the database (default holdfast)',
  '  --endpoints <host:port,...>  one in a cluster, by native addresses; http:// and https:// for etcd',
  '  --prefix <text>              of its keys there (default ledger/)',
  '  --cacert, --cert, --key <file>, --user <name:password>, --command-timeout <time>: as of holdfast cluster',
];

type Options = Readonly<Record<string, string | undefined>>;

/** What belongs to another option only. */
const companions: Readonly<Record<string, string>> = {
  schema: 'postgres',
  prefix: 'endpoints',
  cacert: 'endpoints',
  cert: 'endpoints',
  key: 'endpoints',
  user: 'endpoints',
  'command-timeout': 'endpoints',
};

/** @throws UsageError naming the option. */
export function ledgerPlace(options: Options, environment: Options): LedgerPlace {
  const named = ['dir', 'postgres', 'endpoints'].filter((name) => options[name] !== undefined);
  if (named.length > 1) throw new UsageError(`--${named.join(' and --')} are different ledgers: name one`);
  const [kind = kindIn(environment)] = named;
  for (const [name, owner] of Object.entries(companions)) {
    if (options[name] !== undefined && kind !== owner) throw new UsageError(`--${name} goes with --${owner}`);
  }
  for (const name of ['dir', 'postgres', 'schema', 'endpoints', 'prefix']) {
    if (options[name]?.trim() === '') throw new UsageError(`--${name} is empty`);
  }
  if (kind === 'dir') return { kind: 'folder', path: options['dir']! };
  if (kind === 'postgres') {
    return {
      kind,
      url: postgresUrl(options['postgres'] ?? environment['HOLDFAST_POSTGRES']!),
      schema: options['schema'],
    };
  }
  if (kind === 'endpoints') return placeInStore(options, environment);
  throw new UsageError('which ledger? Say --dir <folder>, --postgres <url> or --endpoints <host:port,...>');
}

function kindIn(environment: Options): string | undefined {
  if (environment['HOLDFAST_POSTGRES'] !== undefined) return 'postgres';
  return environment['HOLDFAST_ENDPOINTS'] === undefined ? undefined : 'endpoints';
}

function postgresUrl(text: string): string {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new UsageError('--postgres must be a URL such as postgres://user@host:5432/database');
}

function placeInStore(options: Options, environment: Options): LedgerPlace {
  const texts = (options['endpoints'] ?? environment['HOLDFAST_ENDPOINTS'])!
    .split(',')
    .map((text) => text.trim());
  const { prefix } = options;
  if (!texts.some((text) => /^https?:/.test(text))) {
    return { kind: 'cluster', cluster: clusterArguments(options, environment), prefix };
  }
  const odd = texts.find((text) => !(/^https?:\/\/[^/]+\/?$/.test(text) && URL.canParse(text)));
  if (odd !== undefined) {
    throw new UsageError(`--endpoints has ${odd || 'an empty one'} among URLs such as http://127.0.0.1:2379`);
  }
  // The others mean the same to both.
  const { timeout, tls, user } = clusterArguments({ ...options, endpoints: '127.0.0.1:1' }, environment);
  return {
    kind: 'etcd',
    endpoints: texts,
    tls: tls && { ca: tls.caFile, cert: tls.certFile, key: tls.keyFile },
    user,
    requestTimeout: timeout,
    prefix,
  };
}

/** The place as it stands on a command line, without what is secret. */
export function placeText(options: Options): string {
  return placeOptions
    .filter((name) => options[name] !== undefined && name !== 'user' && name !== 'postgres')
    .map((name) => ` --${name} ${shellText(options[name]!)}`)
    .concat(options['postgres'] === undefined ? [] : [' --postgres <url>'])
    .join('');
}

/** As a shell takes it for one word. */
export function shellText(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
