import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import type { RunSummary, SagaStatus, StepStatus, TimelineEntry } from '@holdfast/transactions';
import { textTable } from '../cluster/text-table.ts';
import { shellText } from './ledger-place.ts';

/** Sagas in a table, those that wait for somebody with why. */
export function listLines(runs: readonly RunSummary[], now: number): string[] {
  if (runs.length === 0) return ['no saga'];
  const rows = runs.map(({ id, type, version, status, note, createdAt, changedAt }) => [
    id,
    sagaName(type),
    `${version}`,
    status === 'stuck' ? 'STUCK' : status,
    timeText(createdAt),
    status === 'ended' ? durationText(changedAt - createdAt) : `${durationText(now - changedAt)} ago`,
    note ?? '',
  ]);
  return textTable(['id', 'saga', 'version', 'status', 'began', 'took, or changed', 'note'], rows);
}

/** Where a saga is shown. */
export interface Showing {
  readonly now: number;
  /** Which ledger it is in, as it stands on a command line. */
  readonly ledger: string;
  /** As many messages wait to be taken by it. */
  readonly messages: number;
}

/** How a saga stands, what happened, and what can be done. */
export function showLines(saga: SagaStatus, { now, ledger, messages }: Showing): string[] {
  const lines = [`${saga.id}: ${sagaName(saga.type)}, version ${saga.version}`, standText(saga)];
  if (saga.failure !== undefined) {
    const { step, error } = saga.failure;
    lines.push(`${step === undefined ? 'called off' : `step '${step}' failed`}: ${errorText(error)}`);
  }
  lines.push(
    `input: ${valueText(saga.input)}`,
    '',
    ...stepLines(saga, now),
    '',
    ...timelineLines(saga.timeline),
  );
  if (messages > 0) lines.push('', `messages that it has not taken yet: ${messages}`);
  const ways = waysOn(saga);
  if (ways.length > 0) {
    const id = shellText(saga.id);
    lines.push('', 'what can be done:');
    for (const { command, meaning } of ways) {
      const [word, ...rest] = command;
      lines.push(`  holdfast saga ${[word, id, ...rest].join(' ')}${ledger}`, `      ${meaning}`);
    }
  }
  return lines;
}

/** What happened since, a line for each. */
export function timelineLines(entries: readonly TimelineEntry[]): string[] {
  const began = entries[0]?.at ?? 0;
  return textTable(
    ['when', 'after', 'what', 'step', 'detail'],
    entries.map(({ at, what, step, detail }) => [
      timeText(at),
      durationText(at - began),
      what,
      step ?? '',
      detail === undefined ? '' : detailText(detail),
    ]),
  );
}

/** Why a message was refused. */
export function refusalText({ detail }: TimelineEntry): string {
  const { why } = (detail ?? {}) as { why?: unknown };
  return typeof why === 'string' ? why : detailText(detail);
}

function standText({ status, phase, parked, steps }: SagaStatus): string {
  const stuck = steps.filter((step) => step.stuck !== undefined).map(({ name }) => `'${name}'`);
  if (parked !== undefined) return `STUCK: ${parked}`;
  if (stuck.length > 0) return `STUCK at ${stuck.join(', ')}, ${phaseText[phase]}`;
  return status === 'stuck' ? `STUCK, ${phaseText[phase]}` : phaseText[phase];
}

const phaseText: Readonly<Record<SagaStatus['phase'], string>> = {
  forward: 'under way',
  compensating: 'on its way back',
  committed: 'committed',
  'rolled-back': 'rolled back',
};

function stepLines({ steps, timeline }: SagaStatus, now: number): string[] {
  return textTable(
    ['step', 'kind', 'state', 'failed attempts', 'time', 'last error'],
    steps.map((step) => [
      step.name,
      step.kind,
      step.stuck === undefined ? step.state : `${step.state}, STUCK`,
      step.attempts === 0 ? '' : `${step.attempts}`,
      timeOf(step, timeline, now),
      errorOf(step),
    ]),
  );
}

function errorOf({ stuck, lastError }: StepStatus): string {
  const error = stuck ?? lastError;
  return error === undefined ? '' : errorText(error);
}

/** How long it took, or has been taking. */
function timeOf({ name, state, since }: StepStatus, timeline: readonly TimelineEntry[], now: number): string {
  if (since === undefined) return '';
  if (!['done', 'undone'].includes(state)) return state === 'left' ? '' : durationText(now - since);
  const begins = state === 'done' ? ['begun', 'started'] : ['undoing'];
  const begun = timeline.findLast(
    ({ step, what, at }) => step === name && begins.includes(what) && at <= since,
  );
  return begun === undefined ? '' : durationText(since - begun.at);
}

interface Way {
  readonly command: readonly string[];
  readonly meaning: string;
}

/** What an operator can say to a saga as it stands. */
function waysOn({ steps, phase }: SagaStatus): Way[] {
  const ways: Way[] = [];
  for (const { name, kind, state, stuck } of steps) {
    const step = shellText(name);
    if (stuck === undefined) {
      if (kind === 'wait' && state === 'running') {
        ways.push({ command: ['signal', step, '--value', '<json>'], meaning: 'give it what it waits for' });
      }
      continue;
    }
    if (state === 'undoing') {
      ways.push(
        { command: ['retry', step], meaning: 'try its compensation again' },
        { command: ['resolve', step], meaning: 'say that it has been undone by hand' },
        { command: ['skip', step], meaning: 'leave it: what it did stays' },
      );
      continue;
    }
    ways.push(
      { command: ['retry', step], meaning: 'try it again' },
      {
        command: ['resolve', step, '--value', '<json>'],
        meaning: 'say that it has been done by hand, with that result',
      },
    );
    if (kind !== 'pivot') ways.push({ command: ['skip', step], meaning: 'go on without it' });
    else ways.push({ command: ['cancel'], meaning: 'say that it has not happened: the saga goes back' });
  }
  const pivot = steps.find(({ kind }) => kind === 'pivot');
  if (
    phase === 'forward' &&
    ways.length > 0 &&
    (pivot === undefined || ['ahead', 'claiming'].includes(pivot.state))
  ) {
    ways.push({ command: ['cancel'], meaning: 'undo all that it has done' });
  }
  return ways;
}

function sagaName(type: string): string {
  return type.replace(/^saga\//, '');
}

function errorText(error: HoldfastError): string {
  return `${error.message} (${error.code})`;
}

/** What stands in a record: a value, a reason, or an error. */
function detailText(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  if (
    typeof detail === 'object' &&
    detail !== null &&
    'message' in detail &&
    typeof detail.message === 'string'
  ) {
    if ('why' in detail) return `${detail.message}: ${detail.why}`;
    return 'code' in detail ? `${detail.message} (${detail.code})` : detail.message;
  }
  return valueText(detail);
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'none';
  return text.length > valueTextMax ? `${text.slice(0, valueTextMax)}… (--json shows all)` : text;
}

const valueTextMax = 200;

function timeText(millis: number): string {
  return new Date(millis).toISOString();
}

/** Milliseconds as people say it. */
function durationText(millis: number): string {
  if (millis < 1_000) return `${Math.max(0, Math.round(millis))}ms`;
  const seconds = millis / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${Math.floor(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h ${minutes % 60}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** A saga for machines: errors as objects, times as milliseconds. */
export function sagaJson(saga: SagaStatus): object {
  return JSON.parse(JSON.stringify(saga, (_, value) => (isHoldfastError(value) ? value.toJSON() : value)));
}
