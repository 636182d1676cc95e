import type { CaseResult, Result } from './result.ts';
import { table } from './table.ts';

/** `results/<area>.json` for people: each case with everybody in it, and how Holdfast stands to them. */
export function resultTable({ cases, versions }: Result): string {
  const rows: string[][] = [['case', 'who', 'median', 'unit', 'spread', 'holdfast is', '']];
  for (const result of cases) {
    librariesOf(result).forEach(([name, value], index) => {
      const who = `${name} ${versions[name] ?? ''}`.trimEnd();
      rows.push([index === 0 ? result.case : '', who, figure(value), ...describe(name, result)]);
    });
  }
  return table(rows, [0, 1, 3, 6]);
}

function librariesOf({ floor, holdfast, peers }: CaseResult): [string, number][] {
  const libraries: [string, number | null][] = [
    ['floor', floor],
    ['holdfast', holdfast],
    ...Object.entries(peers),
  ];
  return libraries.filter((library): library is [string, number] => library[1] !== null);
}

function describe(
  name: string,
  { unit, ratio, spread, pairs, goal, beside, besideGoals }: CaseResult,
): string[] {
  const pair = pairs?.[name];
  const times = pair?.median ?? ratio[name];
  const worst = pair === undefined ? '' : `, at worst ${comparison(pair.worst)}`;
  const around = spread?.[name];
  return [
    unit,
    around === undefined ? '' : `±${Math.round(around * 100)}%`,
    times === undefined ? '' : `${comparison(times)}${worst}`,
    [
      ...(goal === undefined || name !== 'holdfast' ? [] : [outcome(goal)]),
      ...Object.entries(beside?.[name] ?? {}).map(([what, each]) => {
        const limit = name === 'holdfast' ? besideGoals?.[what] : undefined;
        return `${what} ${figure(each)}${limit === undefined ? '' : ` (${outcome(limit)})`}`;
      }),
    ].join(', '),
  ];
}

function outcome(goal: NonNullable<CaseResult['goal']>): string {
  const wanted = [
    ...('times' in goal ? [`${figure(goal.times)}x`] : []),
    ...('atMost' in goal ? [`at most ${figure(goal.atMost)}`] : []),
    ...('atLeast' in goal && goal.atLeast !== undefined ? [`at least ${figure(goal.atLeast)}`] : []),
  ];
  return `goal ${wanted.join(' and ')} ${goal.met ? 'met' : 'missed'}`;
}

function comparison(ratio: number): string {
  return ratio >= 1 ? `${figure(ratio)}x better` : `${figure(1 / ratio)}x worse`;
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 });
}
