import { formatMicros } from '@holdfast/core';
import type { Analysis } from '@holdfast/resilience';
import { analyseConfiguration, configurationProblems } from '@holdfast/resilience/configuration';
import { parseArguments } from './configuration-file.ts';
import { readJsonFile } from './json-file.ts';
import type { Output } from './output.ts';

/**
 * `holdfast analyse <config.json> [--json]`: what a configured pipeline comes to in the worst case, and what is wrong
 * with its order. Exit code 1 if that makes a policy useless, or if the configuration cannot be used.
 */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const { path, flags } = parseArguments('analyse', args, ['--json']);
  const configuration = await readJsonFile(path);
  const problems = configurationProblems(configuration);
  for (const { message } of problems) output.error(`${path}: ${message}`);
  if (problems.length > 0) return 1;
  const analysis = analyseConfiguration(configuration);
  if (flags.has('--json')) output.out(JSON.stringify(jsonOf(analysis), null, 2));
  else for (const line of linesOf(analysis)) output.out(line);
  return analysis.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

/** JSON knows no infinity: what is unbounded is null. */
function jsonOf({ attempts, concurrency, findings, latency }: Analysis): object {
  return { attempts, latency: finite(latency), concurrency: finite(concurrency), findings };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function linesOf({ attempts, concurrency, findings, latency }: Analysis): string[] {
  return [
    'In the worst case, one call',
    `  makes     ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    `  takes     ${Number.isFinite(latency) ? formatMicros(Math.round(latency * 1_000)) : 'for ever'}`,
    `and all calls together`,
    `  run       ${Number.isFinite(concurrency) ? `${concurrency} at once` : 'any number at once'}`,
    '',
    ...(findings.length === 0 ? ['Nothing is wrong with the order.'] : []),
    ...findings.map(({ code, message, severity }) => `${severity} ${code}: ${message}`),
  ];
}
