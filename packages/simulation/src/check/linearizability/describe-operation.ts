import { canonicalText } from '../canonical-text.ts';
import type { Operation } from '../history/operation.ts';

/** How a model, or {@link canonicalText} for want of it, puts an operation into words. */
export type Describe<Input, Output> = (input: Input, output: Output | undefined) => string;

/** An operation in one line, such as `#17 c2 read -> 1 (10.2 ms to 12.5 ms)`. */
export function describeOperation<Input, Output>(
  { id, client, input, outcome, output, invokedAt, completedAt }: Operation<Input, Output>,
  describe: Describe<Input, Output> = inJson,
): string {
  const from = `${invokedAt / 1000} ms`;
  const to = completedAt === undefined ? 'the end' : `${completedAt / 1000} ms`;
  const text = describe(input, outcome === 'ok' ? output : undefined);
  return `#${id} ${client}: ${text}${outcome === 'ok' ? '' : `, ${outcome}`} (${from} to ${to})`;
}

function inJson(input: unknown, output: unknown): string {
  return output === undefined ? canonicalText(input) : `${canonicalText(input)} -> ${canonicalText(output)}`;
}
