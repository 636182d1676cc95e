import { ConnectionError, http2Code } from '../http2-error.ts';

/**
 * The length in bits of each octet's code, and of the end of string at last (RFC 7541, appendix B). The code is canonical:
 * codes of one length follow each other in the order of their octets, so that the lengths say it all.
 */
// biome-ignore format: sixteen a row
const codeLengths: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];
const endOfString = 256;
const shortest = 5;
const longest = 30;

/** For each length: the first code, and where its octets begin among all of them, sorted by code. */
const firstCodes = new Uint32Array(longest + 2);
const firstPlaces = new Uint16Array(longest + 2);
const octetsByCode: readonly number[] = codeLengths
  .map((_, octet) => octet)
  .sort((one, other) => codeLengths[one]! - codeLengths[other]! || one - other);
for (let length = 1; length <= longest; length++) {
  const ofLength = codeLengths.filter((each) => each === length).length;
  firstPlaces[length + 1] = firstPlaces[length]! + ofLength;
  firstCodes[length + 1] = (firstCodes[length]! + ofLength) << 1;
}

/** @throws ConnectionError COMPRESSION_ERROR. */
export function decodeHuffman(bytes: Uint8Array): string {
  let text = '';
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = (code << 1) | ((byte >> bit) & 1);
      length++;
      if (length < shortest) continue;
      const place = firstPlaces[length]! + code - firstCodes[length]!;
      if (place < firstPlaces[length + 1]!) {
        const octet = octetsByCode[place]!;
        if (octet === endOfString) throw malformed('an end of string within a string');
        text += String.fromCharCode(octet);
        code = 0;
        length = 0;
      } else if (length === longest) throw malformed('a code that is none');
    }
  }
  // What is left over pads the last byte: the first bits of the end of string, which are all ones.
  if (length > 7 || code !== (1 << length) - 1) throw malformed('a padding that is none');
  return text;
}

function malformed(what: string): ConnectionError {
  return new ConnectionError(http2Code.compressionError, `${what} in a Huffman code`);
}
