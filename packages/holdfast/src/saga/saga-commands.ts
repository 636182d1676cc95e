import { platformWorld, sleep, toMicros } from '@holdfast/core';
import {
  type LedgerVisit,
  type Posted,
  type RunStatus,
  type RunSummary,
  type SagaOperator,
  type SagaStatus,
  type StoredRun,
  sagaOperator,
  sagaStatus,
  type TimelineEntry,
} from '@holdfast/transactions';
import { CommandFailed } from '../cluster/command-failed.ts';
import { UsageError } from '../usage-error.ts';
import type { Asked, SagaCommand } from './saga-command.ts';
import { listLines, refusalText, sagaJson, showLines, timelineLines } from './saga-text.ts';

const list: SagaCommand = {
  usage: '[--status running|stuck|ended] [--name <saga>] [--limit <number>] [--after <text>]',
  summary: 'the sagas of a ledger, in the order in which they began',
  takes: [0, 0],
  options: ['status', 'name', 'limit', 'after'],
  run: async ({ options, visit, print }) => {
    const limit = limitOf(options['limit']);
    const type = options['name'] === undefined ? undefined : `saga/${options['name'].replace(/^saga\//, '')}`;
    const status = statusOf(options['status']);
    const runs: RunSummary[] = [];
    let after = options['after'];
    do {
      const page = await visit.list({ type, status, after, limit: Math.min(limit - runs.length, 1_000) });
      runs.push(...page.runs.filter((run) => run.type.startsWith('saga/')));
      after = page.next;
    } while (after !== undefined && runs.length < limit);
    const more = after === undefined ? [] : ['', `there are more: go on with --after ${after}`];
    print({ runs, next: after ?? null }, [...listLines(runs, Date.now()), ...more]);
  },
};

const show: SagaCommand = {
  usage: '<id>',
  summary: 'how a saga stands, what happened to it, and what can be done',
  takes: [1, 1],
  run: async ({ arguments: [id], ledger, visit, print }) => {
    const run = await runCalled(visit, id!);
    const saga = sagaStatus(run);
    const { length: messages } = run.messages;
    print({ ...sagaJson(saga), messages }, showLines(saga, { now: Date.now(), ledger, messages }));
  },
};

const retry: SagaCommand = {
  usage: '<id> [<step>] [--wait <time>]',
  summary: 'try again what is stuck: one step or its compensation, or all that are',
  takes: [1, 2],
  options: ['wait'],
  run: (asked) => {
    const step = asked.arguments[1];
    return tell(asked, { answers: ['retried'], step, send: (operator, id) => operator.retry(id, step) });
  },
};

const skip: SagaCommand = {
  usage: '<id> <step> [--wait <time>]',
  summary: 'go on without a stuck step; what a stuck compensation should have undone stays',
  takes: [2, 2],
  options: ['wait'],
  run: (asked) => {
    const step = asked.arguments[1]!;
    return tell(asked, { answers: ['skipped'], step, send: (operator, id) => operator.skip(id, step) });
  },
};

const resolve: SagaCommand = {
  usage: '<id> <step> [--value <json>] [--wait <time>]',
  summary: 'say that a stuck step or its compensation has been done by hand',
  takes: [2, 2],
  options: ['value', 'wait'],
  run: (asked) => {
    const step = asked.arguments[1]!;
    const value = jsonOf(asked.options['value']);
    return tell(asked, {
      answers: ['resolved'],
      step,
      send: (operator, id) => operator.resolve(id, step, value),
    });
  },
};

const cancel: SagaCommand = {
  usage: '<id> [--reason <text>] [--wait <time>]',
  summary: 'undo a saga whose pivot has not begun',
  takes: [1, 1],
  options: ['reason', 'wait'],
  run: (asked) => {
    const { reason } = asked.options;
    return tell(asked, {
      answers: ['failed'],
      step: undefined,
      send: (operator, id) => operator.cancel(id, reason),
    });
  },
};

const signal: SagaCommand = {
  usage: '<id> <name> [--value <json>] [--wait <time>]',
  summary: 'give a saga what it waits for under that name, or will wait for',
  takes: [2, 2],
  options: ['value', 'wait'],
  run: (asked) => {
    const name = asked.arguments[1]!;
    const value = jsonOf(asked.options['value']);
    return tell(asked, {
      answers: ['done'],
      step: name,
      send: (operator, id) => operator.signal(id, name, value),
    });
  },
};

/** By their names. */
export const sagaCommands: Readonly<Record<string, SagaCommand>> = {
  list,
  show,
  retry,
  skip,
  resolve,
  cancel,
  signal,
};

/** A message of an operator. */
interface Message {
  /** What a saga records when it has taken it. */
  readonly answers: readonly TimelineEntry['what'][];
  /** The step that it is about; undefined for the saga as a whole. */
  readonly step: string | undefined;
  send(operator: SagaOperator, id: string): Promise<Posted>;
}

/** Milliseconds between two looks at what the saga made of a message. */
const lookEvery = 100;

/** Leaves a message for a saga, and says what it made of it, if it takes it soon. */
async function tell({ arguments: [id], options, visit, print }: Asked, message: Message): Promise<void> {
  const wait = waitOf(options['wait']);
  const before = await sagaCalled(visit, id!);
  checkStep(before, message.step);
  const posted = await message.send(sagaOperator(visit), id!);
  if (posted !== 'posted') throw new CommandFailed(`saga '${id}' has ended, and takes no messages any more`);
  const { saga, answer } = await answered(visit, before, message, wait);
  if (answer?.what === 'refused') throw new CommandFailed(`saga '${id}' refused it: ${refusalText(answer)}`);
  const news = saga.timeline.slice(before.timeline.length);
  print(
    { id, taken: answer !== undefined, status: saga.status, phase: saga.phase, news },
    answer === undefined
      ? [`it is left for saga '${id}', durably: the saga has not taken it yet, and will as soon as it can`]
      : [`saga '${id}' has taken it, and is ${saga.status} now`, '', ...timelineLines(news)],
  );
}

async function answered(
  visit: LedgerVisit,
  before: SagaStatus,
  { answers, step }: Message,
  wait: number,
): Promise<{ readonly saga: SagaStatus; readonly answer: TimelineEntry | undefined }> {
  const { clock } = platformWorld();
  const until = clock.now() + wait * 1_000;
  for (;;) {
    const saga = await sagaCalled(visit, before.id);
    const answer = saga.timeline
      .slice(before.timeline.length)
      .find(({ what, step: of }) => what === 'refused' || (answers.includes(what) && (step ?? of) === of));
    // A look may take long itself, where it has to open a folder.
    const left = (until - clock.now()) / 1_000;
    if (answer !== undefined || left <= 0) return { saga, answer };
    await sleep(Math.min(lookEvery, left));
  }
}

async function sagaCalled(visit: LedgerVisit, id: string): Promise<SagaStatus> {
  return sagaStatus(await runCalled(visit, id));
}

async function runCalled(visit: LedgerVisit, id: string): Promise<StoredRun> {
  const run = await visit.read(id);
  if (run === undefined) throw new CommandFailed(`there is no saga '${id}' in this ledger`);
  if (!run.type.startsWith('saga/'))
    throw new CommandFailed(`'${id}' is no saga, but a run of '${run.type}'`);
  return run;
}

function checkStep({ id, steps }: SagaStatus, step: string | undefined): void {
  if (step === undefined || steps.some(({ name }) => name === step)) return;
  throw new UsageError(
    `saga '${id}' has no step '${step}', but ${steps.map(({ name }) => `'${name}'`).join(', ')}`,
  );
}

function limitOf(text = '100'): number {
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new UsageError(`--limit is ${text}, but must be a whole number from 1`);
}

function statusOf(text: string | undefined): RunStatus | undefined {
  if (text === undefined || text === 'running' || text === 'stuck' || text === 'ended') return text;
  throw new UsageError(`--status is ${text}, but must be running, stuck or ended`);
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(
      `--value is ${text}, but must be JSON: a text stands in double quotes, such as '"yes"'`,
    );
  }
}

/** Milliseconds. */
function waitOf(text = '3s'): number {
  try {
    return toMicros(text as `${number}s`) / 1_000;
  } catch {
    throw new UsageError(`--wait is ${text}, but must be a time such as 500ms or 3s`);
  }
}
