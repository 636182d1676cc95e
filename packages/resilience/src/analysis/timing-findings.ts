import { formatMicros } from '@holdfast/core';
import type { PolicyDescription } from '../pipeline/policy-description.ts';
import type { Finding } from './finding.ts';
import { latencyByOwnDelays, worstCase } from './worst-case.ts';

/** What the numbers of the layers, the outermost first, do to each other. */
export function timingFindings(layers: readonly PolicyDescription[]): Finding[] {
  return [...unboundedLatency(layers), ...layers.flatMap((_, index) => findingsAt(layers, index))];
}

function unboundedLatency(layers: readonly PolicyDescription[]): Finding[] {
  if (worstCase(layers).latency < Number.POSITIVE_INFINITY) return [];
  const waiting = layers.filter(({ waitMax }) => waitMax === Number.POSITIVE_INFINITY);
  const bounded = layers.some(({ innerMax }) => innerMax < Number.POSITIVE_INFINITY);
  const [happens, remedy] = bounded
    ? [
        `nothing bounds how long a call waits in ${names(waiting)}`,
        'bound that wait, or put a timeout outside',
      ]
    : ['nothing ends a call whose operation never answers', 'put a timeout innermost'];
  return [
    {
      code: 'LATENCY_UNBOUNDED',
      severity: 'warning',
      policies: bounded ? waiting.map(({ name }) => name) : [],
      message: `${capitalised(happens)}: ${remedy}.`,
    },
  ];
}

function findingsAt(layers: readonly PolicyDescription[], index: number): Finding[] {
  const layer = layers[index]!;
  const outside = layers.slice(0, index);
  const inside = layers.slice(index + 1);
  const limit = outside.filter(isBound).reduce(shorter, undefined);
  if (layer.kind === 'timeout') return withoutEffect(layer, limit);
  if (layer.kind === 'fallback' || layer.kind === 'stale-cache') return missedTimeout(layer, limit, inside);
  return layer.kind === 'retry' && layer.attemptsMax > 1 ? retryTiming(layer, limit, inside) : [];
}

function withoutEffect(timeout: PolicyDescription, limit: PolicyDescription | undefined): Finding[] {
  if (limit === undefined || timeout.innerMax < limit.innerMax) return [];
  return [
    {
      code: 'TIMEOUT_WITHOUT_EFFECT',
      severity: 'error',
      policies: [limit.name, timeout.name],
      message: `${limit.name} ends the call after ${formatMicros(limit.innerMax)}, so ${timeout.name} (${formatMicros(timeout.innerMax)}) inside it never does anything: make the inner one shorter.`,
    },
  ];
}

function missedTimeout(
  substitute: PolicyDescription,
  limit: PolicyDescription | undefined,
  inside: readonly PolicyDescription[],
): Finding[] {
  if (limit === undefined || worstCase(inside).latency < limit.innerMax) return [];
  return [
    {
      code: 'FALLBACK_MISSES_TIMEOUT',
      severity: 'warning',
      policies: [limit.name, substitute.name],
      message: `A call that ${limit.name} ends fails with TIMEOUT, because ${substitute.name} inside it no longer answers then: put ${substitute.name} outside of ${limit.name}.`,
    },
  ];
}

function retryTiming(
  retry: PolicyDescription,
  limit: PolicyDescription | undefined,
  inside: readonly PolicyDescription[],
): Finding[] {
  const attempt = latencyByOwnDelays(inside);
  if (!inside.some(isBound)) {
    return [
      {
        code: 'RETRY_WITHOUT_TIMEOUT',
        severity: 'warning',
        policies: [retry.name],
        message: `An attempt that hangs is never tried again, because no timeout inside ${retry.name} ends it: put one there.`,
      },
    ];
  }
  if (limit === undefined || attempt >= limit.innerMax) return [];
  const needed = latencyByOwnDelays([retry, ...inside]);
  if (needed <= limit.innerMax) return [];
  const { attemptsMax } = retry;
  const fit = attemptsWithin(limit.innerMax, attempt, retry);
  return [
    {
      code: 'RETRIES_CUT_SHORT',
      severity: 'warning',
      policies: [limit.name, retry.name],
      message: `When attempts take their full time, only ${fit} of the ${attemptsMax} of ${retry.name} fit into the ${formatMicros(limit.innerMax)} of ${limit.name}, for all of them need ${formatMicros(needed)}: allow more, or fewer and shorter attempts.`,
    },
  ];
}

/** How many whole attempts, each as long as it may be and with the longest wait before it, end within `limit`. */
function attemptsWithin(limit: number, attempt: number, { delaysMax }: PolicyDescription): number {
  let fit = 0;
  for (let end = attempt; end <= limit; end += delaysMax[fit - 1]! + attempt) fit++;
  return fit;
}

function isBound({ innerMax }: PolicyDescription): boolean {
  return innerMax < Number.POSITIVE_INFINITY;
}

function shorter(a: PolicyDescription | undefined, b: PolicyDescription): PolicyDescription {
  return a === undefined || b.innerMax < a.innerMax ? b : a;
}

function names(layers: readonly PolicyDescription[]): string {
  return layers.map(({ name }) => name).join(' and ');
}

function capitalised(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
