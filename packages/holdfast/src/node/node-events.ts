import {
  alarmChanged,
  diskSynced,
  leaderChanged,
  membershipChanged,
  type Node,
  peerMisbehaved,
  peerNotTrusted,
  readOnlyChanged,
  requestRefused,
  snapshotInstalled,
  snapshotLost,
} from '@holdfast/cluster';
import type { Unsubscribe } from '@holdfast/core';
import { tlsFilesRefused } from '@holdfast/runtime';
import { metricReadFailed } from '@holdfast/telemetry';
import { messageOf } from '../usage-error.ts';
import type { NodeLog } from './node-log.ts';

/** Microseconds of a flush from which on it is told. */
const slowFlush = 1_000_000;
/** Milliseconds between two lines about what happens again and again. */
const repeatedEvery = 10_000;

/** Milliseconds without a leader after which that is told. */
const patience = 1_000;

/** Tells what an operator wants to know of a node's life. Returns what ends it. */
export function logNodeEvents(log: NodeLog, node: () => Node | undefined): () => void {
  const names = (id: string | undefined) => nameOf(node(), id);
  let leaderless: NodeJS.Timeout | undefined;
  const flushes = new Repeated();
  const strangers = new Repeated();
  const refusals = new Repeated();
  const losses = new Repeated();
  const subscriptions: Unsubscribe[] = [
    leaderChanged.subscribe(({ leader, term }) => {
      clearTimeout(leaderless);
      if (leader !== undefined) {
        log.write('info', 'leader-changed', `${names(leader)} leads in term ${term}`, { leader, term });
        return;
      }
      // From one leader to the next it takes a moment, which is nobody's concern.
      leaderless = setTimeout(
        () => log.write('warning', 'no-leader', `no leader in term ${term}`, { term }),
        patience,
      );
      leaderless.unref();
    }),
    membershipChanged.subscribe(({ change, id, learner }) => {
      const message = `${learner ? 'learner' : 'member'} ${names(id)} was ${change}`;
      log.write('info', 'membership-changed', message, { change, id, learner });
    }),
    alarmChanged.subscribe(({ alarm, change, id }) => {
      const level = change === 'raised' ? 'error' : 'info';
      log.write(level, 'alarm-changed', `the alarm ${alarm} of ${names(id)} is ${change}`, {
        alarm,
        change,
        id,
      });
    }),
    requestRefused.subscribe(({ error, what }) => {
      if (!refusals.isDue()) return;
      log.write('warning', 'request-refused', `a ${what} was refused: ${error.message}`, {
        code: error.code,
      });
    }),
    readOnlyChanged.subscribe(({ readOnly }) => {
      const message = readOnly
        ? 'the disk is full: nothing is written until there is room'
        : 'the disk has room again';
      log.write(readOnly ? 'error' : 'info', 'read-only-changed', message, { readOnly });
    }),
    snapshotInstalled.subscribe(({ bytes, index }) => {
      log.write(
        'info',
        'snapshot-installed',
        `a snapshot of ${bytes} bytes stands for the log up to ${index}`,
        {
          bytes,
          index,
        },
      );
    }),
    snapshotLost.subscribe(({ error, snapshot }) => {
      if (!losses.isDue()) return;
      const message = `the snapshot ${snapshot} cannot be read, and is taken anew: ${messageOf(error)}`;
      log.write('error', 'snapshot-lost', message, { snapshot });
    }),
    peerMisbehaved.subscribe(({ peer, error }) => {
      log.write(
        'error',
        'peer-misbehaved',
        `member ${names(peer)} sent what no member sends: ${messageOf(error)}`,
        {
          peer,
        },
      );
    }),
    peerNotTrusted.subscribe(({ error, peer }) => {
      if (strangers.isDue()) log.write('error', 'peer-not-trusted', error.message, { peer });
    }),
    tlsFilesRefused.subscribe(({ error, files }) => {
      log.write('error', 'tls-files-refused', `changed TLS files cannot be used: ${error.message}`, {
        files,
      });
    }),
    metricReadFailed.subscribe(({ error, metric }) => {
      log.write('error', 'metric-read-failed', `${metric} could not be read: ${messageOf(error)}`, {
        metric,
      });
    }),
    diskSynced.subscribe(({ micros, path }) => {
      if (micros < slowFlush || !flushes.isDue()) return;
      const millis = Math.round(micros / 1_000);
      log.write('warning', 'slow-flush', `the disk took ${millis} ms for a flush`, { path, millis });
    }),
  ];
  return () => {
    clearTimeout(leaderless);
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}

/** Says when what happens again and again is told again. */
class Repeated {
  #toldAt = Number.NEGATIVE_INFINITY;

  isDue(): boolean {
    const now = performance.now();
    if (now - this.#toldAt < repeatedEvery) return false;
    this.#toldAt = now;
    return true;
  }
}

function nameOf(node: Node | undefined, id: string | undefined): string {
  if (id === undefined) return 'nobody';
  const name = node?.member.members().find((member) => member.id === id)?.name;
  return name ? `${name} (${id})` : id;
}
