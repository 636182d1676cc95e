/** An option of `holdfast node`. Where etcd has one for the same, it has etcd's name. */
export interface Flag {
  readonly group: FlagGroup;
  /** What stands for its value in the help; undefined for a switch. */
  readonly value?: string;
  readonly help: string;
}

export type FlagGroup = 'member' | 'cluster' | 'security' | 'limits' | 'operation';

export type FlagName =
  | 'name'
  | 'data-dir'
  | 'listen-client-urls'
  | 'listen-native-urls'
  | 'listen-peer-urls'
  | 'listen-metrics-urls'
  | 'advertise-client-urls'
  | 'initial-advertise-peer-urls'
  | 'initial-cluster'
  | 'initial-cluster-state'
  | 'initial-cluster-token'
  | 'strict-reconfig-check'
  | 'cert-file'
  | 'key-file'
  | 'client-cert-auth'
  | 'trusted-ca-file'
  | 'peer-cert-file'
  | 'peer-key-file'
  | 'peer-client-cert-auth'
  | 'peer-trusted-ca-file'
  | 'auth-token'
  | 'heartbeat-interval'
  | 'election-timeout'
  | 'quota-backend-bytes'
  | 'max-request-bytes'
  | 'max-txn-ops'
  | 'snapshot-count'
  | 'auto-compaction-mode'
  | 'auto-compaction-retention'
  | 'config-file'
  | 'admin-port'
  | 'otlp-endpoint'
  | 'log-format'
  | 'shutdown-grace'
  | 'help';

/** All options, in the order of the help. */
export const flags: Readonly<Record<FlagName, Flag>> = {
  name: { group: 'member', value: '<name>', help: 'what people call this member (default default)' },
  'data-dir': { group: 'member', value: '<folder>', help: 'its folder (default <name>.holdfast)' },
  'listen-client-urls': {
    group: 'member',
    value: '<urls>',
    help: "etcd's API, /health and /metrics (default http://127.0.0.1:2379)",
  },
  'listen-native-urls': {
    group: 'member',
    value: '<urls>',
    help: "Holdfast's own protocol, or none (default tcp://127.0.0.1:2378)",
  },
  'listen-peer-urls': {
    group: 'member',
    value: '<url>',
    help: 'for the other members (default http://127.0.0.1:2380)',
  },
  'listen-metrics-urls': {
    group: 'member',
    value: '<urls>',
    help: '/health and /metrics, without client certificates (default none)',
  },
  'advertise-client-urls': {
    group: 'cluster',
    value: '<urls>',
    help: 'what clients are told of this member (default: where it listens)',
  },
  'initial-advertise-peer-urls': {
    group: 'cluster',
    value: '<urls>',
    help: 'what the other members are told (default: as it listens)',
  },
  'initial-cluster': {
    group: 'cluster',
    value: '<name=url>',
    help: 'first members, separated by commas (default: this one)',
  },
  'initial-cluster-state': {
    group: 'cluster',
    value: '<new|existing>',
    help: 'whether an empty folder begins a cluster or joins one (default new)',
  },
  'initial-cluster-token': {
    group: 'cluster',
    value: '<text>',
    help: 'sets clusters with equal URLs apart (default etcd-cluster)',
  },
  'strict-reconfig-check': {
    group: 'cluster',
    help: 'refuse changes that leave too few members up (default true)',
  },
  'cert-file': { group: 'security', value: '<file>', help: "the server's certificate for clients, PEM" },
  'key-file': { group: 'security', value: '<file>', help: 'its key' },
  'client-cert-auth': { group: 'security', help: 'clients must show a certificate (default false)' },
  'trusted-ca-file': { group: 'security', value: '<file>', help: "who may sign clients' certificates" },
  'peer-cert-file': { group: 'security', value: '<file>', help: 'the certificate among members, PEM' },
  'peer-key-file': { group: 'security', value: '<file>', help: 'its key' },
  'peer-client-cert-auth': { group: 'security', help: 'members must show a certificate (default false)' },
  'peer-trusted-ca-file': { group: 'security', value: '<file>', help: "who may sign members' certificates" },
  'auth-token': {
    group: 'security',
    value: '<simple>',
    help: 'the kind of tokens for users (default simple)',
  },
  'heartbeat-interval': {
    group: 'limits',
    value: '<ms>',
    help: 'how often a leader says that it leads (default 100)',
  },
  'election-timeout': {
    group: 'limits',
    value: '<ms>',
    help: 'how long a member waits for a leader; the same on all (default 1000)',
  },
  'quota-backend-bytes': {
    group: 'limits',
    value: '<bytes>',
    help: 'size of the store at which writes are refused (default 0: 2 GiB)',
  },
  'max-request-bytes': {
    group: 'limits',
    value: '<bytes>',
    help: 'the largest request (default 1572864)',
  },
  'max-txn-ops': { group: 'limits', value: '<n>', help: 'operations in a transaction (default 128)' },
  'snapshot-count': {
    group: 'limits',
    value: '<n>',
    help: 'log entries after which a snapshot is taken (default 1000000)',
  },
  'auto-compaction-mode': {
    group: 'limits',
    value: '<periodic|revision>',
    help: 'what old revisions are forgotten by (default periodic)',
  },
  'auto-compaction-retention': {
    group: 'limits',
    value: '<n>',
    help: 'history kept: hours, a time, or revisions (default 0: all)',
  },
  'config-file': {
    group: 'operation',
    value: '<file>',
    help: "a JSON file with any of these, named without '--'",
  },
  'admin-port': {
    group: 'operation',
    value: '<port>',
    help: 'where consoles look into it, on loopback; 0 for a free port (default none)',
  },
  'otlp-endpoint': {
    group: 'operation',
    value: '<url>',
    help: 'an OTLP receiver that is told over HTTP what it does (default none)',
  },
  'log-format': {
    group: 'operation',
    value: '<text|json>',
    help: 'how it tells what happens (default text)',
  },
  'shutdown-grace': {
    group: 'operation',
    value: '<time>',
    help: 'how long a leaving member may hand over and finish (default 5s)',
  },
  help: { group: 'operation', help: 'show this' },
};

export function isFlagName(name: string): name is FlagName {
  return Object.hasOwn(flags, name);
}

export function isSwitch(name: FlagName): boolean {
  return flags[name].value === undefined;
}

const groupTitles: Readonly<Record<FlagGroup, string>> = {
  member: 'This member, and where it listens',
  cluster: 'The cluster, read when the folder is empty',
  security: 'Security',
  limits: 'Times and limits',
  operation: 'Operation',
};

/** The options as lines of help. */
export function flagHelp(): string[] {
  const all = Object.entries(flags).map(
    ([name, flag]) => [flag, `--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`] as const,
  );
  const width = Math.max(...all.map(([, left]) => left.length));
  return (Object.keys(groupTitles) as FlagGroup[]).flatMap((group) => [
    '',
    `${groupTitles[group]}:`,
    ...all
      .filter(([flag]) => flag.group === group)
      .map(([flag, left]) => `  ${left.padEnd(width)}  ${flag.help}`),
  ]);
}
