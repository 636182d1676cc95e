/**
 * `npm run bench -- <area> [case ...] [--scale=0.1] [--node=current]`: measures Holdfast beside its peers, prints a table,
 * and, at full scale, writes `results/<area>.json` and the table beside it: of named cases, and where one failed, those that were
 * measured are put in their places.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Area } from './harness/area.ts';
import { interleave } from './harness/interleave.ts';
import { moveToReferenceNode, nodeMajor, referenceNode } from './harness/node-version.ts';
import { type CaseResult, caseResult, describeMachine, joined, type Result } from './harness/result.ts';
import { resultTable } from './harness/result-table.ts';

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

const date = new Date().toISOString().slice(0, 10);
const cases: CaseResult[] = [];
const failed: string[] = [];
for (const subject of area.cases) {
  if (caseNames.length > 0 && !caseNames.includes(subject.name)) continue;
  process.stderr.write(`measuring ${subject.name}: ${subject.what}\n`);
  try {
    cases.push(caseResult(subject, await interleave(areaName, area, subject, scale), date));
  } catch (error) {
    // Others have taken minutes: theirs are kept.
    console.error(error);
    failed.push(subject.name);
  }
}

const measured: Result = {
  machine: describeMachine(),
  node: process.versions.node,
  date,
  versions: Object.fromEntries(area.peers.map(({ name, version }) => [name, version])),
  cases,
};
console.log(`${head(measured)}\n\n${resultTable(measured)}`);
if (failed.length > 0) {
  console.log(`\nNot measured: ${failed.join(', ')}.`);
  process.exitCode = 1;
}
if (scale === 1) {
  const suffix = nodeMajor === referenceNode ? '' : `-node${nodeMajor}`;
  const base = fileURLToPath(new URL(`./results/${areaName}${suffix}`, import.meta.url));
  const whole = caseNames.length === 0 && failed.length === 0 ? measured : addedTo(`${base}.json`);
  if (whole === undefined) {
    console.log(
      '\nNot written: the other results are of another machine, or of other versions. Measure the whole area.',
    );
  } else {
    writeFileSync(`${base}.json`, `${JSON.stringify(whole, null, 2)}\n`);
    writeFileSync(`${base}.md`, `${head(whole)}\n\n\`\`\`text\n${resultTable(whole)}\n\`\`\`\n`);
    console.log(`\nWritten to ${base}.json and .md`);
  }
}

function head({ node, machine, date }: Result): string {
  return `${area.what}. Node ${node}, ${machine}, ${date}.`;
}

function addedTo(path: string): Result | undefined {
  if (!existsSync(path)) return measured;
  const names = area.cases.map(({ name }) => name);
  return joined(JSON.parse(readFileSync(path, 'utf8')) as Result, measured, names);
}
