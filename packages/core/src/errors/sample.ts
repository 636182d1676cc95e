import { isHoldfastError } from './brand.ts';
import { causeChain } from './causes.ts';
import { cleanText } from './clean-text.ts';
import { type ErrorContext, toErrorContext } from './context.ts';
import type { ErrorOrigin } from './error.ts';
import { nameAndMessage } from './thrown.ts';

const textLengthMax = 1024;

/** One error of a group, without its stack. */
export interface ErrorSample {
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly at: number;
  readonly message: string;
  readonly context: ErrorContext;
  readonly origin: ErrorOrigin;
  /** Name and message of each cause, the nearest first. */
  readonly causes: readonly string[];
}

/** A sample of anything thrown: a bounded copy, which keeps nothing of it alive. */
export function takeSample(thrown: unknown, at: number): ErrorSample {
  const [error, ...causes] = causeChain(thrown).map(nameAndMessage);
  const ours = isHoldfastError(thrown);
  return {
    at,
    message: cleanText(error!.message, textLengthMax),
    context: ours ? thrown.context : toErrorContext(undefined),
    origin: ours ? thrown.origin : {},
    causes: causes.map(({ name, message }) => cleanText(`${name}: ${message}`, textLengthMax)),
  };
}
