import type { Finding } from '../scenario/scenario.ts';

/** What a `Scenario.check` returns for the result of a checker: undefined when nothing was found. */
export function asFinding(
  result: { readonly verdict: 'ok' } | { readonly verdict: 'ok' | Finding['verdict']; readonly text: string },
): Finding | undefined {
  if (result.verdict === 'ok') return undefined;
  return { verdict: result.verdict, text: result.text };
}
