import type { RunResult } from '../scenario/run-result.ts';
import type { TraceDocument } from './trace-document.ts';

/** What a run's result does not say of itself. */
export interface TraceDocumentOptions {
  /** The names of the scenario's hosts, in its order. */
  readonly hosts: readonly string[];
  /** The command that runs this again. */
  readonly replay: string;
  /** The commit of the code, where known. */
  readonly commit?: string | undefined;
}

/** The document of a run that was made with `trace`; without, it has no events. */
export function createTraceDocument(
  result: RunResult,
  { hosts, replay, commit }: TraceDocumentOptions,
): TraceDocument {
  return {
    version: 1,
    scenario: result.scenario,
    seed: result.seed,
    ...(commit === undefined ? undefined : { commit }),
    replay,
    verdict: result.verdict,
    text: result.text,
    plan: result.plan,
    operations: result.operations,
    choices: result.choices,
    hosts: result.hosts ?? hosts,
    droppedEvents: result.traceDropped ?? 0,
    events: result.trace ?? [],
  };
}
