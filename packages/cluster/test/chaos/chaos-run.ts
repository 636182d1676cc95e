import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterClient } from '@holdfast/cluster';
import type { CoordinationStore } from '@holdfast/coordination';
import { type Address, platformWorld, seededRandom } from '@holdfast/core';
import { checkLinearizability, History, keyValueModel } from '@holdfast/simulation';
import { drawFaultPlan, type FaultPlan } from './fault.ts';
import { HostNetwork } from './host-network.ts';
import { injectFault } from './inject-fault.ts';
import { holdLeases, type LeaseFindings } from './lease-holders.ts';
import { MemberHost } from './member-host.ts';
import { type KeyValueHistory, useRegisters } from './register-clients.ts';
import { WatchRecorder } from './watch-recorder.ts';

/** What is put to the test: how a member is started, and how a client is opened. */
export interface ChaosSubject {
  readonly name: string;
  command(host: MemberHost, hosts: number, network: HostNetwork): readonly string[];
  readonly clientPort: number;
  open(endpoints: readonly Address[]): Promise<ClusterClient>;
}

export interface ChaosReport {
  readonly seed: string;
  readonly plan: FaultPlan;
  /** What is wrong, in words; empty if all is well. */
  readonly violations: readonly string[];
  readonly operations: number;
  readonly failed: number;
  readonly unknown: number;
  readonly events: number;
  readonly leases: number;
  /** Processes that ended by themselves, as a member with a broken disk does. */
  readonly ends: readonly string[];
}

const members = 3;
const registerClients = 5;
const leaseClients = 2;
/** After the faults: how long a healed cluster may take to serve again, and leases to run out. */
const recoveryMillisMax = 20_000;
const leaseGoneMillisMax = 15_000;

/** One run: three members and their clients, faults for `millis`, then healing, and a look at all that was promised. */
export async function runChaos(subject: ChaosSubject, seed: string, millis: number): Promise<ChaosReport> {
  const random = seededRandom(seed);
  const { clock } = platformWorld();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-chaos-'));
  const network = HostNetwork.open(members);
  const hosts: MemberHost[] = [];
  const stores: ClusterClient[] = [];
  const plan = drawFaultPlan(random.fork('faults'), members, millis);
  try {
    for (let index = 0; index < members; index++) {
      hosts.push(new MemberHost(network, index, folder, (host) => subject.command(host, members, network)));
    }
    for (const host of hosts) host.start();
    const endpoints = hosts.map(({ address }) => ({ host: address, port: subject.clientPort }));
    const open = async (first: number): Promise<ClusterClient> => {
      const store = await subject.open([...endpoints.slice(first), ...endpoints.slice(0, first)]);
      stores.push(store);
      return store;
    };
    const judge = await open(0);
    await within(recoveryMillisMax, 'the first write', () => judge.put('judge', new Uint8Array(0)));

    const until = new AbortController();
    const history: KeyValueHistory = new History();
    const leases: LeaseFindings = { granted: 0, looks: 0, broken: [], abandoned: [] };
    const watch = new WatchRecorder(await open(1), 'register/');
    const clients: Promise<void>[] = [];
    for (let client = 0; client < registerClients; client++) {
      const name = `client-${client}`;
      clients.push(
        useRegisters(name, await open(client % members), history, clock, random.fork(name), until.signal),
      );
    }
    for (let client = 0; client < leaseClients; client++) {
      const name = `holder-${client}`;
      const pair = [await open(client % members), await open((client + 1) % members)] as const;
      clients.push(holdLeases(name, ...pair, leases, clock, random.fork(name), until.signal));
    }
    await injectFaults(plan, hosts, network, millis);
    network.heal();
    for (const host of hosts) host.heal();
    until.abort();

    const violations: string[] = [];
    const note = async (what: string, check: () => Promise<void>): Promise<void> => {
      try {
        await check();
      } catch (error) {
        violations.push(`${what}: ${error instanceof Error ? error.message : error}`);
      }
    };
    await note('clients', async () => {
      await within(recoveryMillisMax, 'the last answers', () => Promise.all(clients));
    });
    await note('recovery', async () => {
      for (let member = 0; member < members; member++) {
        const store = await open(member);
        await within(recoveryMillisMax, `a write through member ${member}`, () =>
          store.put(`judge`, new Uint8Array(0)),
        );
      }
    });
    violations.push(...(await judgeRegisters(history)));
    violations.push(...leases.broken);
    await note('leases', () => expectGone(judge, leases.abandoned));
    await note('watch', () => expectWholeWatch(judge, watch));
    await note('members', async () => {
      const alone = await Promise.all(endpoints.map((endpoint) => subject.open([endpoint])));
      stores.push(...alone);
      await expectSameState(alone);
    });
    return {
      seed,
      plan,
      violations,
      operations: history.operations.length,
      failed: history.operations.filter(({ outcome }) => outcome === 'failed').length,
      unknown: history.operations.filter(({ outcome }) => outcome === 'unknown').length,
      events: watch.lines.length,
      leases: leases.granted,
      ends: hosts.flatMap(({ ends }) => ends),
    };
  } finally {
    await Promise.allSettled(stores.map((store) => store.close()));
    await Promise.allSettled(hosts.map((host) => host.stop()));
    network.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function injectFaults(
  plan: FaultPlan,
  hosts: readonly MemberHost[],
  network: HostNetwork,
  millis: number,
): Promise<void> {
  const started = performance.now();
  for (const { at, fault } of plan) {
    if (at >= millis) break;
    await wait(started + at - performance.now());
    injectFault(fault, hosts, network);
  }
  await wait(started + millis - performance.now());
}

async function judgeRegisters(history: KeyValueHistory): Promise<readonly string[]> {
  const result = checkLinearizability(history, keyValueModel());
  return result.verdict === 'ok' ? [] : [`registers: ${result.text}`];
}

/** Everything hung on a lease that nobody keeps alive has to vanish. */
async function expectGone(store: CoordinationStore, keys: readonly string[]): Promise<void> {
  await within(leaseGoneMillisMax, 'leases that ran out', async () => {
    for (const key of keys) {
      if ((await store.get(key)) !== undefined) throw new Error(`${key} is still there`);
    }
  });
}

/** A watch that went through all faults must have been told what one is told that looks back when all is over. */
async function expectWholeWatch(store: CoordinationStore, watch: WatchRecorder): Promise<void> {
  const after = new WatchRecorder(store, 'register/');
  try {
    const { revision: last } = await store.put('register/end', new Uint8Array(0));
    await within(recoveryMillisMax, 'the watches', async () => {
      for (const [name, each] of [
        ['during', watch],
        ['afterwards', after],
      ] as const) {
        if (each.revision < last) throw new Error(`the watch ${name} is at ${each.revision} of ${last}`);
      }
    });
    if (watch.disorder.length > 0) throw new Error(watch.disorder.join('; '));
    const different = after.lines.findIndex((line, index) => line !== watch.lines[index]);
    if (different >= 0 || after.lines.length !== watch.lines.length) {
      const place = different < 0 ? after.lines.length : different;
      throw new Error(`event ${place}: told '${watch.lines[place]}', true is '${after.lines[place]}'`);
    }
  } finally {
    await Promise.all([watch.stop(), after.stop()]);
  }
}

/** All members hold the same versions of the same keys. */
async function expectSameState(members: readonly ClusterClient[]): Promise<void> {
  const key = new TextEncoder().encode('judge');
  const { header } = await within(recoveryMillisMax, 'a write', () => members[0]!.kv.put({ key }));
  const revision = header!.revision;
  const hashes = await Promise.all(
    members.map((member) =>
      within(recoveryMillisMax, 'a member that is up to date', () => member.maintenance.hashKv({ revision })),
    ),
  );
  if (new Set(hashes.map(({ hash }) => hash)).size > 1) {
    throw new Error(`they differ at revision ${revision}: ${hashes.map(({ hash }) => hash).join(', ')}`);
  }
}

async function within<T>(millis: number, what: string, attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + millis;
  for (;;) {
    try {
      return await Promise.race([
        attempt(),
        wait(end - performance.now()).then(() => Promise.reject(new Error(`no end in ${millis} ms`))),
      ]);
    } catch (error) {
      if (performance.now() >= end) {
        throw new Error(`${what}: ${error instanceof Error ? error.message : error}`);
      }
      await wait(50);
    }
  }
}

function wait(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, millis)));
}
