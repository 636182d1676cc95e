import {
  type AnyScenario,
  type CampaignOptions,
  type CampaignResult,
  campaign,
  coverageReport,
  createTraceDocument,
  parseFaultPlan,
  type RunResult,
  runSeed,
  shrinkFailure,
  traceText,
} from '@holdfast/simulation';
import type { Output } from './output.ts';
import { filesIn, type RunFiles, writeRunFiles } from './run-files.ts';
import type { SearchArguments } from './search-arguments.ts';
import type { SearchEffort, SearchOutcome } from './search-outcome.ts';
import { paceText, SearchProgress } from './search-progress.ts';
import { UsageError } from './usage-error.ts';

/** What a search is about: the command that makes it, up to its options, and the commit of the code, where known. */
export interface SearchPlace {
  readonly command: string;
  readonly commit: string | undefined;
}

/**
 * Runs seeds of a scenario until one fails, or all have passed. A failure is shrunk, told, and written into files.
 *
 * @throws HoldfastError INVALID_ARGUMENT when the arguments do not fit the scenario.
 */
export async function searchScenario(
  scenario: AnyScenario,
  args: SearchArguments,
  place: SearchPlace,
  output: Output,
): Promise<SearchOutcome> {
  const options = campaignOptions(scenario, args);
  const progress = new SearchProgress(output, scenario.name, seedsOf(options));
  const result = await campaign(scenario, { ...options, onProgress: (latest) => progress.update(latest) });
  const found = result.failures[0];
  if (found !== undefined) return reportFailure(scenario, result, found, args, place, output);
  if (!args.json) {
    const { runs, time, tookMillis } = result;
    output.out(
      `${scenario.name}: ${runs} ${runs === 1 ? 'seed' : 'seeds'} passed, ${paceText(runs, time, tookMillis)}`,
    );
    if (runs > 1) output.out(indented(coverageReport(result.coverage, scenario).text));
  }
  if (args.seed !== undefined) await showPassed(scenario, args, options, place, output);
  return { scenario: scenario.name, verdict: 'passed', text: '', search: searched(result) };
}

/** How many seeds there are to run, kept ones included; undefined where time says when to stop. */
function seedsOf({ keptSeeds = [], minutes, seeds }: CampaignOptions): number | undefined {
  if (seeds === undefined && minutes !== undefined) return undefined;
  return keptSeeds.length + (seeds ?? 1_000);
}

/** A single seed is a campaign of one kept seed. */
function campaignOptions(scenario: AnyScenario, args: SearchArguments): CampaignOptions {
  const { seed, seeds, minutes, firstSeed, strategy, plan } = args;
  return {
    ...(plan !== undefined && { plan: parseFaultPlan(plan, Object.keys(scenario.hosts)) }),
    ...(strategy !== undefined && { strategy }),
    ...(seed === undefined
      ? {
          ...(seeds !== undefined && { seeds }),
          ...(minutes !== undefined && { minutes }),
          ...(firstSeed !== undefined && { firstSeed }),
        }
      : { seeds: 0, keptSeeds: [{ seed: seedOf(seed), why: 'it is asked for' }] }),
  };
}

async function reportFailure(
  scenario: AnyScenario,
  result: CampaignResult,
  found: RunResult,
  args: SearchArguments,
  place: SearchPlace,
  output: Output,
): Promise<SearchOutcome> {
  output.error(`${scenario.name}: seed ${found.seed} failed, shrinking`);
  const failure = await shrinkFailure(scenario, found, {
    commit: place.commit,
    replayLine: (run) => replayLine(place, run),
  });
  const files = filesOf(args, filesIn(args.report, scenario.name, found.seed));
  const replay = `${place.command} --replay ${files.replay}`;
  const { shrunk } = failure;
  const document = createTraceDocument(shrunk, {
    hosts: Object.keys(scenario.hosts),
    replay,
    commit: place.commit,
  });
  const unwritten = await writeRunFiles(files, document, failure.replayFile).catch(reasonOf);
  if (!args.json) {
    output.out(failure.text);
    output.out('');
    output.out(indented(traceText(shrunk.trace ?? [])));
    if (unwritten === undefined) {
      output.out('');
      output.out(`the shrunk run:   ${replay}`);
      output.out(`to look at it:    ${files.page}`);
      output.out(`its trace:        ${files.trace}`);
    }
  }
  if (unwritten !== undefined) output.error(`holdfast: ${unwritten}`);
  return {
    scenario: scenario.name,
    verdict: found.verdict,
    text: failure.text,
    seed: found.seed,
    replay: failure.replayLine,
    ...(unwritten === undefined && { files }),
    search: searched(result),
  };
}

/** Why a file could not be written: no reason to lose the failure. */
function reasonOf(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  throw error;
}

/** The page and the trace of the one run that was asked for and passed, where they are asked for too. */
async function showPassed(
  scenario: AnyScenario,
  { html: page, trace, seed }: SearchArguments,
  { plan, strategy }: CampaignOptions,
  place: SearchPlace,
  output: Output,
): Promise<void> {
  if (page === undefined && trace === undefined) return;
  const run = await runSeed(scenario, {
    seed: seedOf(seed!),
    trace: true,
    ...(plan && { plan }),
    ...(strategy !== undefined && strategy !== 'mixed' && { strategy }),
  });
  const document = createTraceDocument(run, {
    hosts: Object.keys(scenario.hosts),
    replay: replayLine(place, run),
    commit: place.commit,
  });
  await writeRunFiles({ page, trace }, document);
  for (const path of [page, trace]) if (path !== undefined) output.error(`written: ${path}`);
}

function searched({ runs, tookMillis, time, stopped }: CampaignResult): SearchEffort {
  return { runs, seconds: Math.round(tookMillis) / 1_000, virtualHours: time / 3_600_000_000, stopped };
}

/** The paths that the arguments name, else the given ones. */
function filesOf({ html, trace }: SearchArguments, otherwise: Required<RunFiles>): Required<RunFiles> {
  return { ...otherwise, page: html ?? otherwise.page, trace: trace ?? otherwise.trace };
}

/** The line that makes a run again from its seed. */
function replayLine({ command, commit }: SearchPlace, { seed, strategy }: RunResult): string {
  return [
    `${command} --seed ${seed}`,
    ...(strategy === 'swarm' ? [] : [`--strategy ${strategy}`]),
    ...(commit === undefined ? [] : [`--commit ${commit}`]),
  ].join(' ');
}

export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** Seeds that are whole numbers are numbers: what a campaign counted is what a replay is given. */
function seedOf(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
