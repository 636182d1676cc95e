import { createHash } from 'node:crypto';
import type { ErrorGroup } from '@holdfast/core';
import type { Curve, ErrorGroupRow, ErrorList, Window } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import { readExceptions, type SeenException } from '../store/exception-reader.ts';

const groupsMax = 200;
const samplesMax = 5;
const stepsInCurve = 60;
/** Rates are those of the last minute, as monitors have them. */
const rateMillis = 60_000;

/** Errors of all services: groups of the processes' own monitors, and what spans and logs tell of exceptions. */
export async function errorList(
  { store, admin }: ConsoleState,
  window: Window,
  signal?: AbortSignal,
): Promise<ErrorList> {
  const [seen, monitors] = await Promise.all([
    store.readers.read((connection) => readExceptions(connection, store.book, window, signal), signal),
    admin.ask('errors', ({ client }, asking) => client.errors(asking)),
  ]);
  const groups = groupsOf(seen, window);
  for (const { source, answer } of monitors) {
    for (const group of answer.groups) {
      if (group.lastSeen < window.from || group.firstSeen >= window.to) continue;
      const row = rowOf(group, source.resource.service);
      const key = keyOf(row.service, row.name, row.message);
      groups.set(key, merged(groups.get(key), row));
    }
  }
  const rows = [...groups.values()].sort((one, other) => other.lastSeen - one.lastSeen);
  return { ...window, groups: rows.slice(0, groupsMax) };
}

function groupsOf(seen: readonly SeenException[], window: Window): Map<string, ErrorGroupRow> {
  const byKey = new Map<string, SeenException[]>();
  for (const exception of seen) {
    const key = keyOf(exception.resource.service, exception.name, exception.message);
    const members = byKey.get(key) ?? [];
    members.push(exception);
    byKey.set(key, members);
  }
  const groups = new Map<string, ErrorGroupRow>();
  for (const [key, members] of byKey) {
    members.sort((one, other) => other.at - one.at);
    const newest = members[0]!;
    groups.set(key, {
      fingerprint: createHash('sha256').update(key).digest('hex').slice(0, 16),
      name: newest.name,
      message: generalOf(newest.message),
      service: newest.resource.service,
      component: newest.component,
      severity: undefined,
      count: members.length,
      rate: rateAtEnd(members, window),
      firstSeen: members.at(-1)!.at,
      lastSeen: newest.at,
      curve: curveIn(
        window,
        members.map(({ at }) => at),
      ),
      samples: members
        .slice(0, samplesMax)
        .map(({ at, message, stack, traceId, spanId }) => ({ at, message, stack, traceId, spanId })),
    });
  }
  return groups;
}

function rateAtEnd(members: readonly SeenException[], { from, to }: Window): number {
  const since = Math.max(from, to - rateMillis);
  return (members.filter(({ at }) => at >= since).length * 1e3) / (to - since);
}

/** A monitor's group has a count, and no times but those of its samples. */
function rowOf(group: ErrorGroup, service: string): ErrorGroupRow {
  const samples = group.samples.slice(-samplesMax).reverse();
  return {
    fingerprint: group.fingerprint,
    name: group.name,
    message: group.message,
    service,
    component: group.component,
    severity: group.severity,
    count: group.count,
    rate: group.rate,
    firstSeen: group.firstSeen,
    lastSeen: group.lastSeen,
    curve: null,
    samples: samples.map(({ at, message, origin }) => ({
      at,
      message,
      stack: undefined,
      traceId: origin.traceId,
      spanId: undefined,
    })),
  };
}

/** The same trouble from two sides, or from two processes of a service: the monitor's words, the spans' traces. */
function merged(known: ErrorGroupRow | undefined, row: ErrorGroupRow): ErrorGroupRow {
  if (known === undefined) return row;
  const told = known.severity !== undefined;
  return {
    ...row,
    count: told ? known.count + row.count : row.count,
    rate: told ? known.rate + row.rate : row.rate,
    firstSeen: Math.min(known.firstSeen, row.firstSeen),
    lastSeen: Math.max(known.lastSeen, row.lastSeen),
    curve: known.curve,
    samples: known.samples.length > 0 ? known.samples : row.samples,
  };
}

function keyOf(service: string, name: string, message: string): string {
  return `${service}\0${name}\0${generalOf(message)}`;
}

/** Every word with a digit in it varies between errors that are the same: as an error monitor sees it. */
function generalOf(message: string): string {
  return message.replace(/\w+/g, (word) => (/\d/.test(word) ? '#' : word)).replace(/#(?:[.:,/+-]*#)+/g, '#');
}

function curveIn({ from, to }: Window, moments: readonly number[]): Curve {
  const step = Math.max(1_000, Math.ceil((to - from) / stepsInCurve / 1_000) * 1_000);
  const values = new Array<number>(Math.ceil((to - from) / step)).fill(0);
  for (const at of moments) {
    const index = Math.floor((at - from) / step);
    if (index >= 0 && index < values.length) values[index]! += 1;
  }
  return { from, step, values };
}
