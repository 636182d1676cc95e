import { consoleErrors } from '../../console-errors.ts';

/** How deep JSON may nest, and how many lists and objects it may hold. Text of that size that is in order has far fewer. */
const depthMax = 200;
const containersMax = 2_000_000;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Looks, before a text is parsed, at what parsing it would take: a few bytes are enough for an object.
 *
 * @throws HoldfastError TELEMETRY_TOO_LARGE.
 */
export function checkJsonSize(text: Uint8Array): void {
  let depth = 0;
  let containers = 0;
  let isWithinText = false;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index]!;
    if (isWithinText) {
      if (byte === backslash) index++;
      else if (byte === quote) isWithinText = false;
      continue;
    }
    if (byte === quote) isWithinText = true;
    // `[` and `{`, `]` and `}`.
    else if (byte === 0x5b || byte === 0x7b) {
      containers++;
      depth++;
      if (depth > depthMax) throw tooLarge(`nests deeper than ${depthMax}`);
      if (containers > containersMax) throw tooLarge(`holds more than ${containersMax} lists and objects`);
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
}

function tooLarge(what: string): Error {
  return consoleErrors.create('TELEMETRY_TOO_LARGE', { message: `the JSON ${what}`, stack: false });
}
