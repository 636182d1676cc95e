import { type Address, invalidArgument, toPositiveMicros } from '@holdfast/core';
import type { MemberOptions } from './member-options.ts';
import { addressOf } from './membership/peer-url.ts';

/** The options with their defaults; times in microseconds. */
export interface MemberSettings {
  readonly name: string;
  readonly directory: string;
  readonly ownsFolder: boolean;
  readonly listenPeers: Address;
  readonly peerUrls: readonly string[];
  readonly peerCertificateName: string | undefined;
  readonly clientUrls: readonly string[];
  readonly nativeUrls: readonly string[];
  readonly initialCluster: ReadonlyMap<string, readonly string[]>;
  readonly initialClusterState: 'new' | 'existing';
  readonly token: string;
  readonly electionTimeout: number;
  readonly heartbeatInterval: number;
  readonly requestTimeout: number;
  readonly reads: 'confirm' | 'lease';
  readonly leaseCheckpointInterval: number;
  readonly strictReconfigCheck: boolean;
  readonly segmentBytes: number;
  readonly snapshots: {
    readonly logBytes: number;
    readonly logEntries: number;
    readonly tailEntries: number;
    readonly tailBytes: number;
  };
  readonly limits: {
    readonly proposals: number;
    readonly proposalBytes: number;
    readonly reads: number;
    readonly commandBytes: number;
  };
}

const segmentBytesMin = 2 << 10;

/** @throws HoldfastError INVALID_ARGUMENT naming the option. */
export function toSettings(options: MemberOptions): MemberSettings {
  const { name } = options;
  if (name === '') throw invalidArgument('name', name, 'a name that is not empty');
  const peerUrls = options.peerUrls ?? options.initialCluster?.get(name) ?? ['http://127.0.0.1:2380'];
  const listens = peerUrls.map(addressOf);
  const unknown = listens.indexOf(undefined);
  if (unknown !== -1 || listens.length === 0) {
    throw invalidArgument('peerUrls', peerUrls[unknown], 'URLs such as http://127.0.0.1:2380');
  }
  const initialCluster = options.initialCluster ?? new Map([[name, peerUrls]]);
  const own = initialCluster.get(name);
  if (own === undefined) {
    throw invalidArgument(
      'initialCluster',
      [...initialCluster.keys()].join(', '),
      `a map with ${name} in it`,
    );
  }
  for (const urls of initialCluster.values()) {
    if (urls.length === 0 || urls.some((url) => addressOf(url) === undefined)) {
      throw invalidArgument('initialCluster', urls.join(', '), 'peer URLs such as http://127.0.0.1:2380');
    }
  }
  const segmentBytes = options.segmentBytes ?? 64 << 20;
  if (segmentBytes < segmentBytesMin) {
    throw invalidArgument('segmentBytes', segmentBytes, `bytes from ${segmentBytesMin}`);
  }
  const commandBytesMax = segmentBytes / 2;
  const commandBytes = options.limits?.commandBytes ?? Math.min(8 << 20, commandBytesMax);
  if (commandBytes > commandBytesMax) {
    throw invalidArgument('limits.commandBytes', commandBytes, 'half of segmentBytes at most');
  }
  const electionTimeout = toPositiveMicros(options.electionTimeout ?? '1s', 'electionTimeout');
  return {
    name,
    directory: options.directory ?? 'member',
    ownsFolder: options.ownsFolder ?? false,
    listenPeers: options.listenPeers ?? listens[0]!,
    peerUrls,
    peerCertificateName: options.peerCertificateName,
    clientUrls: options.clientUrls ?? [],
    nativeUrls: options.nativeUrls ?? [],
    initialCluster,
    initialClusterState: options.initialClusterState ?? 'new',
    token: options.initialClusterToken ?? 'etcd-cluster',
    electionTimeout,
    heartbeatInterval:
      options.heartbeatInterval === undefined
        ? Math.max(1, Math.floor(electionTimeout / 10))
        : toPositiveMicros(options.heartbeatInterval, 'heartbeatInterval'),
    requestTimeout:
      options.requestTimeout === undefined
        ? 5_000_000 + 2 * electionTimeout
        : toPositiveMicros(options.requestTimeout, 'requestTimeout'),
    reads: options.reads ?? 'confirm',
    leaseCheckpointInterval: toPositiveMicros(
      options.leaseCheckpointInterval ?? '5m',
      'leaseCheckpointInterval',
    ),
    strictReconfigCheck: options.strictReconfigCheck ?? true,
    segmentBytes,
    snapshots: {
      logBytes: options.snapshots?.logBytes ?? 64 << 20,
      logEntries: options.snapshots?.logEntries ?? 1_000_000,
      tailEntries: options.snapshots?.tailEntries ?? 10_000,
      tailBytes: options.snapshots?.tailBytes ?? 16 << 20,
    },
    limits: {
      proposals: options.limits?.proposals ?? 20_000,
      proposalBytes: options.limits?.proposalBytes ?? 64 << 20,
      commandBytes,
      reads: options.limits?.reads ?? 20_000,
    },
  };
}
