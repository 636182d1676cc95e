import { consoleErrors } from '../../console-errors.ts';

/**
 * How deep JSON may nest, how many lists and objects it may hold, and how many fields one of these. Text of that size that is in
 * order has far fewer.
 */
const depthMax = 200;
const containersMax = 2_000_000;
const fieldsMax = 1_000;

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/**
 * Looks, before a text is parsed, at what parsing it would take: a few bytes are enough for an object, and a field that no other
 * object has costs far more than one that many have.
 *
 * @throws HoldfastError TELEMETRY_TOO_LARGE.
 */
export function checkJsonSize(text: Uint8Array): void {
  /** Of the objects around this place. */
  const fields = new Uint32Array(depthMax + 1);
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
      fields[depth] = 0;
    } else if (byte === colon) {
      fields[depth]!++;
      if (fields[depth]! > fieldsMax) throw tooLarge(`has an object of more than ${fieldsMax} fields`);
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
}

function tooLarge(what: string): Error {
  return consoleErrors.create('TELEMETRY_TOO_LARGE', { message: `the JSON ${what}`, stack: false });
}
