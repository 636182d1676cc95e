/**
 * `npm run bench -- <area> [case ...] [--scale=0.1] [--node=current]`: measures Holdfast beside its peers, prints a table,
 * and writes `results/<area>.json` and the table beside it when the whole area ran, and at full scale.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Area } from './harness/area.ts';
import { interleave, type Measurement } from './harness/interleave.ts';
import { moveToReferenceNode, nodeMajor, referenceNode } from './harness/node-version.ts';
import { type CaseResult, caseResult, describeMachine, type Result } from './harness/result.ts';
import { table } from './harness/table.ts';

const parameters = process.argv.slice(2);
const [areaName, ...caseNames] = parameters.filter((parameter) => !parameter.startsWith('--'));
const areaNames = readdirSync(new URL('./areas/', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));
if (areaName === undefined || !areaNames.includes(areaName)) {
  console.error(
    `Which area? There is: ${areaNames.join(', ')}. For example: npm run bench -- ${areaNames[0]}`,
  );
  process.exit(2);
}
const scale = Number(/^--scale=(.*)$/m.exec(parameters.join('\n'))?.[1] ?? 1);
if (!(scale > 0 && scale <= 1)) {
  console.error('The scale is above 0, and at most 1.');
  process.exit(2);
}
moveToReferenceNode(fileURLToPath(import.meta.url), parameters);

const { area } = (await import(`./areas/${areaName}.ts`)) as { area: Area };
const unknownCase = caseNames.find((name) => !area.cases.some((known) => known.name === name));
if (unknownCase !== undefined) {
  console.error(`No case ${unknownCase}. There is: ${area.cases.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const cases: CaseResult[] = [];
const rows: string[][] = [['case', 'who', 'median', 'unit', 'spread', 'holdfast is', '']];
for (const subject of area.cases) {
  if (caseNames.length > 0 && !caseNames.includes(subject.name)) continue;
  process.stderr.write(`measuring ${subject.name}: ${subject.what}\n`);
  const measurements = await interleave(areaName, area, subject, scale);
  const result = caseResult(subject, measurements);
  cases.push(result);
  measurements.forEach((measurement, index) => {
    rows.push([index === 0 ? subject.name : '', ...describe(measurement, result)]);
  });
}

const result: Result = {
  machine: describeMachine(),
  node: process.versions.node,
  date: new Date().toISOString().slice(0, 10),
  versions: Object.fromEntries(area.peers.map(({ name, version }) => [name, version])),
  cases,
};
const head = `${area.what}. Node ${result.node}, ${result.machine}, ${result.date}.`;
const body = table(rows, [0, 1, 3, 6]);
console.log(`${head}\n\n${body}`);
if (caseNames.length === 0 && scale === 1) {
  const suffix = nodeMajor === referenceNode ? '' : `-node${nodeMajor}`;
  const base = fileURLToPath(new URL(`./results/${areaName}${suffix}`, import.meta.url));
  writeFileSync(`${base}.json`, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(`${base}.md`, `${head}\n\n\`\`\`text\n${body}\n\`\`\`\n`);
  console.log(`\nWritten to ${base}.json and .md`);
}

function describe(
  { library, value, spread, beside }: Measurement,
  { unit, ratio, pairs, goal }: CaseResult,
): string[] {
  const pair = pairs?.[library.name];
  const times = pair?.median ?? ratio[library.name];
  const worst = pair === undefined ? '' : `, at worst ${comparison(pair.worst)}`;
  return [
    `${library.name} ${library.version}`.trimEnd(),
    figure(value),
    unit,
    spread === 0 ? '' : `±${Math.round(spread * 100)}%`,
    times === undefined ? '' : `${comparison(times)}${worst}`,
    [
      ...(goal === undefined || library !== area.holdfast ? [] : [outcome(goal)]),
      ...Object.entries(beside).map(([name, each]) => `${name} ${figure(each)}`),
    ].join(', '),
  ];
}

function outcome(goal: NonNullable<CaseResult['goal']>): string {
  const wanted = 'atMost' in goal ? `at most ${figure(goal.atMost)}` : `${figure(goal.times)}x`;
  return `goal ${wanted} ${goal.met ? 'met' : 'missed'}`;
}

function comparison(ratio: number): string {
  return ratio >= 1 ? `${figure(ratio)}x better` : `${figure(1 / ratio)}x worse`;
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 });
}
