import {
  isUnspecified,
  type NodeOptions,
  type NodeUrl,
  type NodeUrlScheme,
  parseNodeUrl,
} from '@holdfast/cluster';
import { isHoldfastError, toPositiveMicros } from '@holdfast/core';
import type { FlagValue, FlagValues } from './flag-values.ts';
import type { FlagName } from './flags.ts';

/** What `holdfast node` is asked to do. */
export interface NodeSettings {
  readonly node: NodeOptions;
  readonly logFormat: 'text' | 'json';
  /** The port of its admin endpoint, if it has one. */
  readonly adminPort: number | undefined;
  /** Who is told what it does, if anybody is. */
  readonly otlpEndpoint: string | undefined;
}

const clientSchemes = ['http', 'https'] as const;
const nativeSchemes = ['tcp', 'tls'] as const;
const [heartbeatDefault, electionDefault] = [100, 1_000];
const electionMax = 50_000;

/** The settings, or all that is wrong with them, a line each. */
export function nodeSettings({
  values,
}: Pick<FlagValues, 'values'>):
  | { readonly settings: NodeSettings }
  | { readonly problems: readonly string[] } {
  const read = new SettingsReader(values);
  const name = read.text('name') ?? 'default';
  const clientTls = read.tls('');
  const peerTls = read.tls('peer-');
  // Where nothing is said, certificates say whether to encrypt.
  const clientUrls = read.urls('listen-client-urls', clientSchemes) ?? [
    local(clientTls === undefined ? 'http' : 'https', 2379),
  ];
  const nativeUrls = read.isNone('listen-native-urls')
    ? []
    : (read.urls('listen-native-urls', nativeSchemes) ?? [
        local(clientTls === undefined ? 'tcp' : 'tls', 2378),
      ]);
  const peerUrls = read.urls('listen-peer-urls', clientSchemes) ?? [
    local(peerTls === undefined ? 'http' : 'https', 2380),
  ];
  const metricsUrls = read.urls('listen-metrics-urls', clientSchemes) ?? [];
  read.checkTls('', 'listen-client-urls', clientUrls, clientTls !== undefined);
  read.checkTls('', 'listen-native-urls', nativeUrls, clientTls !== undefined);
  read.checkTls('peer-', 'listen-peer-urls', peerUrls, peerTls !== undefined);
  if (metricsUrls.some(({ encrypted }) => encrypted) && clientTls === undefined) {
    read.refuse('listen-metrics-urls', 'unencrypted where there is no --cert-file and --key-file');
  }
  if (peerUrls.length > 1)
    read.refuse('listen-peer-urls', 'one URL: a member listens for others at one place');

  const advertisedClientUrls =
    read.urls('advertise-client-urls', clientSchemes) ?? read.reachable('advertise-client-urls', clientUrls);
  const advertisedPeerUrls =
    read.urls('initial-advertise-peer-urls', clientSchemes) ??
    read.reachable('initial-advertise-peer-urls', peerUrls);
  const initialCluster = read.initialCluster();
  checkOwnUrls(read, initialCluster, name, advertisedPeerUrls);

  const heartbeat = read.millis('heartbeat-interval') ?? heartbeatDefault;
  const election = read.millis('election-timeout') ?? electionDefault;
  if (election < 5 * heartbeat || election > electionMax) {
    const least = `at least five times the heartbeat interval of ${heartbeat} ms`;
    read.refuse('election-timeout', `${least}, and at most ${electionMax} ms`, `${election} ms`);
  }
  const quotaBytes = read.whole('quota-backend-bytes', 0);
  const requestBytesMax = read.whole('max-request-bytes', 1);
  const transactionOperationsMax = read.whole('max-txn-ops', 1);
  const snapshotEntries = read.whole('snapshot-count', 1);
  read.oneOf('auth-token', ['simple']);
  const grace = read.duration('shutdown-grace');

  const node: NodeOptions = {
    name,
    dataDir: read.text('data-dir') ?? `${name}.holdfast`,
    listenClientUrls: texts(clientUrls),
    listenNativeUrls: texts(nativeUrls),
    listenPeerUrl: peerUrls[0]!.text,
    listenMetricsUrls: texts(metricsUrls),
    advertiseClientUrls: texts(advertisedClientUrls),
    advertisePeerUrls: texts(advertisedPeerUrls),
    ...(initialCluster !== undefined && { initialCluster }),
    initialClusterState: read.oneOf('initial-cluster-state', ['new', 'existing']) ?? 'new',
    initialClusterToken: read.text('initial-cluster-token') ?? 'etcd-cluster',
    ...(clientTls !== undefined && { clientTls }),
    ...(peerTls !== undefined && { peerTls }),
    heartbeatInterval: heartbeat,
    electionTimeout: election,
    ...(quotaBytes && { quotaBytes }),
    ...(requestBytesMax !== undefined && { requestBytesMax }),
    ...(transactionOperationsMax !== undefined && { transactionOperationsMax }),
    ...(snapshotEntries !== undefined && { snapshotEntries }),
    ...read.autoCompaction(),
    strictReconfigCheck: read.switch('strict-reconfig-check') ?? true,
    ...(grace !== undefined && { grace: grace / 1_000 }),
  };
  const logFormat = read.oneOf('log-format', ['text', 'json']) ?? 'text';
  const adminPort = read.port('admin-port');
  const otlpEndpoint = read.httpUrl('otlp-endpoint');
  if (read.problems.length > 0) return { problems: read.problems };
  return { settings: { node, logFormat, adminPort, otlpEndpoint } };
}

/** A member that names others must be among them, and must be told to the others as it calls itself. */
function checkOwnUrls(
  read: SettingsReader,
  cluster: ReadonlyMap<string, readonly string[]> | undefined,
  name: string,
  advertised: readonly NodeUrl[],
): void {
  if (cluster === undefined) return;
  const own = cluster.get(name);
  if (own === undefined) {
    read.refuse('initial-cluster', `a list with ${name}, the name of this member, in it`);
  } else if ([...own].sort().join() !== texts(advertised).sort().join()) {
    const said = `--initial-advertise-peer-urls ${texts(advertised).join(',')}`;
    read.refuse('initial-cluster', `in agreement about ${name} with ${said}`);
  }
}

/** Reads the values of options one by one, and keeps what is wrong with them. */
class SettingsReader {
  readonly problems: string[] = [];
  readonly #values: ReadonlyMap<FlagName, FlagValue>;

  constructor(values: ReadonlyMap<FlagName, FlagValue>) {
    this.#values = values;
  }

  refuse(name: FlagName, expected: string, shown?: string): undefined {
    const { source, text } = this.#values.get(name) ?? { source: `--${name}`, text: 'not given' };
    this.problems.push(`${source} is ${shown ?? (text === '' ? 'empty' : text)}, but must be ${expected}`);
    return undefined;
  }

  text(name: FlagName): string | undefined {
    const text = this.#values.get(name)?.text;
    return text === '' ? this.refuse(name, 'a text') : text;
  }

  /** The empty text is what scripts pass for none. */
  isNone(name: FlagName): boolean {
    const text = this.#values.get(name)?.text;
    return text === 'none' || text === '';
  }

  switch(name: FlagName): boolean | undefined {
    const text = this.oneOf(name, ['true', 'false']);
    return text === undefined ? undefined : text === 'true';
  }

  oneOf<const Word extends string>(name: FlagName, words: readonly Word[]): Word | undefined {
    const text = this.#values.get(name)?.text;
    if (text === undefined) return undefined;
    return words.find((word) => word === text) ?? this.refuse(name, words.join(' or '));
  }

  whole(name: FlagName, least: number): number | undefined {
    const text = this.#values.get(name)?.text;
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    return this.refuse(name, `a whole number from ${least}`);
  }

  port(name: FlagName): number | undefined {
    const port = this.whole(name, 0);
    return port === undefined || port <= 65_535 ? port : this.refuse(name, 'a port, from 0 to 65535');
  }

  httpUrl(name: FlagName): string | undefined {
    const text = this.#values.get(name)?.text;
    if (text === undefined) return undefined;
    if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
    return this.refuse(name, 'a URL such as http://127.0.0.1:4318');
  }

  /** Microseconds of a time such as `5s`. */
  duration(name: FlagName): number | undefined {
    const text = this.#values.get(name)?.text;
    if (text === undefined) return undefined;
    const micros = microsecondsOf(text);
    return micros ?? this.refuse(name, "a time such as '500ms', '5s' or '2m'");
  }

  /** Milliseconds: a number of them, as etcd wants, or a time such as `1s`. */
  millis(name: FlagName): number | undefined {
    const text = this.#values.get(name)?.text;
    if (text === undefined) return undefined;
    const millis = /^\d+$/.test(text) ? Number(text) : (microsecondsOf(text) ?? 0) / 1_000;
    return millis > 0
      ? millis
      : this.refuse(name, "a number of milliseconds above zero, or a time such as '1s'");
  }

  urls(name: FlagName, schemes: readonly NodeUrlScheme[]): NodeUrl[] | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value.text === '') return undefined;
    const urls: NodeUrl[] = [];
    for (const text of value.text.split(',')) {
      const url = this.#url(value.source, text.trim(), schemes);
      if (url !== undefined) urls.push(url);
    }
    return urls.length === 0 ? undefined : urls;
  }

  /** Where it listens, as long as others can be told so. */
  reachable(name: FlagName, urls: readonly NodeUrl[]): readonly NodeUrl[] {
    const everywhere = urls.find(isUnspecified);
    if (everywhere !== undefined) {
      this.refuse(
        name,
        `given where it listens everywhere (${everywhere.text}): others need an address to go to`,
      );
    }
    return urls;
  }

  /** `a=http://10.0.0.1:2380,b=http://10.0.0.2:2380`; a member with several URLs is named several times. */
  initialCluster(): ReadonlyMap<string, readonly string[]> | undefined {
    const value = this.#values.get('initial-cluster');
    if (value === undefined || value.text === '') return undefined;
    const members = new Map<string, string[]>();
    for (const part of value.text.split(',')) {
      const [, name, text] = /^\s*([^=]+)=(.+?)\s*$/.exec(part) ?? [];
      if (name === undefined || text === undefined) {
        this.refuse(
          'initial-cluster',
          'a list such as a=http://10.0.0.1:2380,b=http://10.0.0.2:2380',
          part || 'empty',
        );
        continue;
      }
      const url = this.#url(value.source, text, clientSchemes);
      if (url !== undefined) members.set(name, [...(members.get(name) ?? []), url.text]);
    }
    return members;
  }

  /** The files for TLS among clients (prefix '') or members (`peer-`). */
  tls(prefix: '' | 'peer-'): NodeOptions['clientTls'] {
    const certFile = this.text(`${prefix}cert-file`);
    const keyFile = this.text(`${prefix}key-file`);
    const caFile = this.text(`${prefix}trusted-ca-file`);
    const certified = this.switch(`${prefix}client-cert-auth`) ?? false;
    if (certFile !== undefined && keyFile === undefined)
      this.refuse(`${prefix}key-file`, 'given with the certificate');
    if (keyFile !== undefined && certFile === undefined)
      this.refuse(`${prefix}cert-file`, 'given with the key');
    if (certFile === undefined || keyFile === undefined) {
      if (certified)
        this.refuse(`${prefix}client-cert-auth`, 'left out where there is no certificate of our own');
      return undefined;
    }
    if (certified && caFile === undefined) {
      this.refuse(`${prefix}trusted-ca-file`, 'given: it says whose certificates are accepted');
    }
    // As for etcd: whoever names authorities wants certificates that they have signed.
    return { certFile, keyFile, caFile, mutual: certified || caFile !== undefined };
  }

  /** Certificates without an encrypted listener protect nothing, and an encrypted one needs them. */
  checkTls(prefix: '' | 'peer-', name: FlagName, urls: readonly NodeUrl[], certified: boolean): void {
    const encrypted = urls.some((url) => url.encrypted);
    if (encrypted && !certified) {
      this.refuse(name, `unencrypted where there is no --${prefix}cert-file and --${prefix}key-file`);
    }
    if (certified && !encrypted && urls.length > 0) {
      const scheme = name === 'listen-native-urls' ? 'tls' : 'https';
      this.refuse(name, `${scheme}:// for one of them at least: there is a --${prefix}cert-file`);
    }
  }

  autoCompaction(): Pick<NodeOptions, 'autoCompaction'> {
    const mode = this.oneOf('auto-compaction-mode', ['periodic', 'revision']) ?? 'periodic';
    const text = this.#values.get('auto-compaction-retention')?.text;
    if (text === undefined || text === '0') return {};
    if (mode === 'revision') {
      const retention = this.whole('auto-compaction-retention', 1);
      return retention === undefined ? {} : { autoCompaction: { mode, retention } };
    }
    const hours = /^\d+$/.test(text);
    const retention = hours ? Number(text) * 3_600_000_000 : microsecondsOf(text);
    if (retention !== undefined) return { autoCompaction: { mode, retention } };
    return this.refuse('auto-compaction-retention', "a number of hours, or a time such as '30m'") ?? {};
  }

  #url(source: string, text: string, schemes: readonly NodeUrlScheme[]): NodeUrl | undefined {
    try {
      return parseNodeUrl(text, source, schemes);
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      this.problems.push(error.message);
      return undefined;
    }
  }
}

function microsecondsOf(text: string): number | undefined {
  try {
    return toPositiveMicros(text as `${number}s`);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    return undefined;
  }
}

function local(scheme: NodeUrlScheme, port: number): NodeUrl {
  return parseNodeUrl(`${scheme}://127.0.0.1:${port}`, 'url', [scheme]);
}

function texts(urls: readonly NodeUrl[]): string[] {
  return urls.map(({ text }) => text);
}
