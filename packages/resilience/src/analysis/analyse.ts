import type { AnyPolicy } from '../pipeline/policy.ts';
import type { PolicyDescription } from '../pipeline/policy-description.ts';
import type { Finding } from './finding.ts';
import { orderFindings } from './order-findings.ts';
import { timingFindings } from './timing-findings.ts';
import { worstCase } from './worst-case.ts';

/** What can be known of a pipeline before anything runs. */
export interface Analysis {
  /** How often the operation runs at most for one call. */
  readonly attempts: number;
  /**
   * How long a call takes at most, in milliseconds; `Infinity` when nothing bounds it. It counts the longest waits,
   * those included that a server may ask for by `Retry-After`, and takes what a fallback answers as there at once.
   */
  readonly latency: number;
  /**
   * How many runs of the operation are under way at most at once, as far as operations end when their signal is
   * aborted; `Infinity` when nothing bounds it.
   */
  readonly concurrency: number;
  /** What is wrong with the order or the numbers, the gravest first. */
  readonly findings: readonly Finding[];
}

/** What {@link analyse} looks at: a pipeline, or anything else that has policies, the outermost first. */
export interface Analysable {
  readonly policies: readonly AnyPolicy[];
}

const gravity = ['error', 'warning', 'notice'];

/** The worst case of `pipeline`, and what its order of policies does that hardly anybody wants. Runs nothing. */
export function analyse({ policies }: Analysable): Analysis {
  const layers: readonly PolicyDescription[] = policies.map((policy) => policy.describe());
  const { attempts, latency, concurrency } = worstCase(layers);
  const findings = [...usedTwice(policies), ...timingFindings(layers), ...orderFindings(layers)];
  findings.sort((a, b) => gravity.indexOf(a.severity) - gravity.indexOf(b.severity));
  return { attempts, latency: latency / 1_000, concurrency, findings };
}

function usedTwice(policies: readonly AnyPolicy[]): Finding[] {
  return policies
    .filter((policy, index) => policies.indexOf(policy) !== index)
    .map((policy) => ({
      code: 'SAME_POLICY_TWICE',
      severity: 'error',
      policies: [policy.name],
      message: `${policy.name} is in the pipeline twice, so each call takes from it and counts in it twice: leave one out.`,
    }));
}
