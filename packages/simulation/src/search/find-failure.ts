import type { AnyScenario } from '../scenario/scenario.ts';
import type { Failure, ShrinkOptions } from '../shrink/failure.ts';
import { shrinkFailure } from '../shrink/shrink-failure.ts';
import { campaign } from './campaign.ts';
import type { CampaignOptions } from './campaign-options.ts';

/**
 * Looks for a run of `scenario` that fails, and shrinks it; undefined when all seeds passed.
 *
 *     const failure = await findFailure(scenario, { seeds: 1000 });
 *     if (failure !== undefined) console.log(failure.text);
 */
export async function findFailure(
  scenario: AnyScenario,
  options: Omit<CampaignOptions, 'failuresMax'> & ShrinkOptions = {},
): Promise<Failure | undefined> {
  const { failures } = await campaign(scenario, { ...options, failuresMax: 1 });
  return failures[0] && shrinkFailure(scenario, failures[0], options);
}
