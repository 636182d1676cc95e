import { flags } from './flags.ts';

/** Options of etcd's that make no sense here, and what to do instead. */
const etcdOnly: Readonly<Record<string, string>> = {
  'wal-dir': 'the journal lies within --data-dir: put that on the fast disk',
  'max-snapshots': 'old snapshots are removed as soon as nobody needs them',
  'max-wals': 'the journal is cut at every snapshot',
  cors: 'there is no gateway for browsers here',
  'host-whitelist': 'there is no gateway for browsers here',
  discovery: 'name the members in --initial-cluster',
  'discovery-srv': 'name the members in --initial-cluster',
  'discovery-srv-name': 'name the members in --initial-cluster',
  'discovery-proxy': 'name the members in --initial-cluster',
  'discovery-fallback': 'name the members in --initial-cluster',
  proxy: 'a client takes several --endpoints',
  'auto-tls': 'a certificate that nobody can check protects from little: give --cert-file and --key-file',
  'peer-auto-tls':
    'a certificate that nobody can check protects from little: give --peer-cert-file and --peer-key-file',
  'client-crl-file': 'let certificates be short-lived instead',
  'peer-crl-file': 'let certificates be short-lived instead',
  'cipher-suites': "Node's own are used: set them with NODE_OPTIONS=--tls-cipher-list=...",
  'force-new-cluster': "make a new cluster from a snapshot: 'holdfast cluster snapshot restore'",
  'pre-vote': 'pre-vote is always on: leave it out',
  'enable-v2': 'there is no v2 API: leave it out',
  'enable-grpc-gateway': 'there is no gateway for browsers here',
  'enable-pprof': "use Node's own: NODE_OPTIONS=--cpu-prof",
  'unsafe-no-fsync': 'what is acknowledged is on the disk, always',
  logger: 'use --log-format',
  'log-output': 'it logs to standard error: let your supervisor take that',
  'log-outputs': 'it logs to standard error: let your supervisor take that',
  'log-level': 'it logs what an operator must know, and no more',
  debug: 'it logs what an operator must know, and no more',
  'log-package-levels': 'it logs what an operator must know, and no more',
  metrics: 'all metrics are always there',
  'backend-batch-interval': 'the state is in memory, and the journal flushes what waits together',
  'backend-batch-limit': 'the state is in memory, and the journal flushes what waits together',
};

/** What to say about an option that `holdfast node` does not have. */
export function unknownFlag(name: string): string {
  if (Object.hasOwn(etcdOnly, name)) return `etcd's --${name} is not needed here: ${etcdOnly[name]}`;
  const near = nearest(name);
  return near === undefined
    ? `there is no --${name}; 'holdfast node --help' lists what there is`
    : `there is no --${name}: did you mean --${near}?`;
}

/** The option whose name takes fewest changes to become this one, if few enough. */
function nearest(name: string): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(name.length / 4)) + 1;
  for (const flag of Object.keys(flags)) {
    const distance = editDistance(name, flag);
    if (distance >= fewest) continue;
    best = flag;
    fewest = distance;
  }
  return best;
}

/** How many characters must be put in, left out or exchanged to make `b` of `a` (Wagner and Fischer, 1974). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
