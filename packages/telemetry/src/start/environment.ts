import { diag } from '@opentelemetry/api';

/** Variables by their names, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A whole number from 0; undefined where there is none. What is no number is told to `diag` and passed over. */
export function wholeNumberFrom(environment: Environment, name: string): number | undefined {
  const text = environment[name]?.trim() ?? '';
  if (text === '') return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  diag.warn(`${name} is ${text}, but must be a whole number from 0: it is passed over`);
  return undefined;
}

/** One of some words, in whatever case; undefined where there is none. Another one is told to `diag` and passed over. */
export function wordFrom<const Word extends string>(
  environment: Environment,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = environment[name]?.trim().toLowerCase() ?? '';
  if (text === '') return undefined;
  const found = words.find((word) => word === text);
  if (found === undefined) diag.warn(`${name} is ${text}, but must be one of ${words}: it is passed over`);
  return found;
}

/** Whether the exporter of a signal, such as `OTEL_TRACES_EXPORTER`, is `none`. */
export function isSwitchedOff(environment: Environment, name: string): boolean {
  return environment[name]?.trim().toLowerCase() === 'none';
}
