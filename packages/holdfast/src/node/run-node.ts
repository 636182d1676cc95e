import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Node, type NodeAddresses, startNode } from '@holdfast/cluster';
import { type Address, isHoldfastError } from '@holdfast/core';
import {
  MetricRegistry,
  negotiateFormat,
  observeProcess,
  streamExposition,
  type Telemetry,
} from '@holdfast/telemetry';
import type { Output } from '../output.ts';
import { messageOf } from '../usage-error.ts';
import { observeEvents } from './event-metrics.ts';
import { exitCodeFor, exitCodes } from './exit-code.ts';
import { leaveOnSignal, type ProcessSignals } from './leave-on-signal.ts';
import { logNodeEvents } from './node-events.ts';
import { nodeLog } from './node-log.ts';
import { callMetrics, observeLinks, observeNode } from './node-metrics.ts';
import type { NodeSettings } from './node-settings.ts';
import { startNodeTelemetry } from './node-telemetry.ts';
import { observeStore } from './store-metrics.ts';

/** Runs a node until it is told to leave or cannot go on; resolves with the exit code. */
export async function runNode(
  settings: NodeSettings,
  warnings: readonly string[],
  output: Output,
  signals: ProcessSignals = process,
): Promise<number> {
  const log = nodeLog(settings.logFormat, output);
  for (const warning of warnings) log.write('warning', 'option', warning);
  let node: Node | undefined;
  let telemetry: Telemetry | undefined;
  const metrics = new MetricRegistry();
  observeNode(metrics, () => node);
  observeStore(metrics, () => node);
  observeLinks(metrics, () => node);
  const ends = [logNodeEvents(log, () => node), observeEvents(metrics)];
  const processMetrics = observeProcess(metrics);
  const leaving = new Promise<void>((leave) => {
    ends.push(leaveOnSignal({ signals, log, leave, started: () => node !== undefined }));
  });
  try {
    telemetry = await startNodeTelemetry(settings, metrics, version());
    node = await startNode({
      ...settings.node,
      observeMethod: callMetrics(metrics),
      http: new Map([['/metrics', ({ accept }) => metricsPage(metrics, accept)]]),
    });
    tellReady(settings, node, telemetry?.adminUrl, output);
    await Promise.race([leaving, node.stopped]);
    await node.stop();
    await node.stopped;
    log.write('info', 'left', 'left in order');
    return exitCodes.left;
  } catch (error) {
    const message = `${failureOf(error)}${adviceOn(error, settings.node.dataDir)}`;
    log.write('error', node === undefined ? 'not-started' : 'stopped', message, { error });
    return exitCodeFor(error);
  } finally {
    for (const end of ends) end();
    processMetrics.stop();
    await telemetry?.shutdown();
  }
}

function metricsPage(metrics: MetricRegistry, accept: string | undefined) {
  const format = negotiateFormat(accept);
  return { status: 200, contentType: format.contentType, body: streamExposition(metrics, format) };
}

/** What only the node knows about errors that lie in its folder: where that is, and what to do about it. */
function adviceOn(error: unknown, dataDir: string): string {
  if (!isHoldfastError(error)) return '';
  const folder = resolve(dataDir);
  switch (error.code) {
    case 'JOURNAL_DAMAGED':
    case 'LOG_DAMAGED':
    case 'SNAPSHOT_DAMAGED':
      return `; it lies in ${folder}: look with 'holdfast journal inspect ${folder}', then replace this member, or restore a backup`;
    case 'FOLDER_MISMATCH':
    case 'MEMBER_REMOVED':
      return `; its folder is ${folder}`;
    default:
      return '';
  }
}

/** What went wrong and what lay beneath it: an operator sees no stack. */
function failureOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const message = messageOf(error);
  if (cause === undefined) return message;
  const beneath = failureOf(cause);
  return message.includes(beneath) ? message : `${message}: ${beneath}`;
}

/** Says where it listens: in one block for people, in one line of JSON for programs. */
function tellReady(
  { logFormat, node: options }: NodeSettings,
  node: Node,
  adminUrl: string | undefined,
  output: Output,
): void {
  const { addresses, member } = node;
  const folder = resolve(options.dataDir);
  const urls = urlsOf(addresses, options);
  if (logFormat === 'json') {
    const { clusterId, id, name } = member;
    output.out(
      JSON.stringify({
        event: 'ready',
        version: version(),
        pid: process.pid,
        name,
        id,
        clusterId,
        folder,
        ...urls,
        adminUrl,
      }),
    );
    return;
  }
  const row = (title: string, listed: readonly string[], what: string) =>
    listed.length === 0 ? [] : [`  ${title.padEnd(9)}${listed.join(', ')}${what === '' ? '' : `   ${what}`}`];
  const lines = [
    `holdfast ${version()}: member ${member.name} (${member.id}) of cluster ${member.clusterId}`,
    ...row('clients', urls.clientUrls, "etcd's API; /health, /metrics"),
    ...row('native', urls.nativeUrls, "Holdfast's own clients"),
    ...row('peers', [urls.peerUrl], ''),
    ...row('metrics', urls.metricsUrls, ''),
    ...row('admin', adminUrl === undefined ? [] : [adminUrl], 'consoles look into it'),
    ...row('folder', [folder], ''),
  ];
  output.out(lines.join('\n'));
}

/** The URLs with the ports that were really taken. */
function urlsOf(addresses: NodeAddresses, options: NodeSettings['node']) {
  const join = (texts: readonly string[] = [], found: readonly Address[]) =>
    found.map(({ port }, index) => texts[index]!.replace(/:\d+$/, `:${port}`));
  return {
    clientUrls: join(options.listenClientUrls, addresses.client),
    nativeUrls: join(options.listenNativeUrls, addresses.native),
    peerUrl: options.listenPeerUrl!.replace(/:\d+$/, `:${addresses.peer.port}`),
    metricsUrls: join(options.listenMetricsUrls, addresses.metrics),
  };
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
