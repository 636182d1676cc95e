import { isHoldfastError } from './brand.ts';
import { cleanText } from './clean-text.ts';
import { nameAndMessage, readText } from './thrown.ts';

/** What makes two errors the same trouble. */
export interface Fingerprint {
  /** All of the below as one stable text. */
  readonly key: string;
  /** The error's code, or the name of its class. */
  readonly name: string;
  /** The message without what varies from one occurrence to the next. */
  readonly message: string;
  readonly component: string | undefined;
}

const partLengthMax = 200;
const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;
const word = /\w+/g;
const digit = /\d/;
const marks = /#(?:[.:,/+-]*#)+/g;

/**
 * Tells errors apart by code (or class name), component and message, where every word with a digit in it
 * (numbers, ids, addresses, times) counts as `#`.
 */
export function fingerprint(error: unknown): Fingerprint {
  const thrown = nameAndMessage(error);
  const code = typeof error === 'object' && error !== null ? readText(error, 'code') : undefined;
  const name = (code ?? thrown.name).slice(0, partLengthMax);
  const component = isHoldfastError(error) ? error.origin.component?.slice(0, partLengthMax) : undefined;
  const message = normalise(cleanText(thrown.message, partLengthMax));
  return { key: JSON.stringify([name, component ?? null, message]), name, message, component };
}

function normalise(message: string): string {
  return message
    .replace(uuid, '#')
    .replace(word, (text) => (digit.test(text) ? '#' : text))
    .replace(marks, '#');
}
