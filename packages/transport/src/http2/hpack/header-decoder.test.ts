import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHeaders } from './encode-headers.ts';
import { HeaderDecoder } from './header-decoder.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('HeaderDecoder', () => {
  it('reads the requests of RFC 7541, C.3, which build up a table', () => {
    const decoder = new HeaderDecoder(16_384);
    const first = [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'www.example.com'],
    ];
    expect(decoder.decode(bytes('8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d'))).toEqual(first);
    expect(decoder.decode(bytes('8286 84be 5808 6e6f 2d63 6163 6865'))).toEqual([
      ...first,
      ['cache-control', 'no-cache'],
    ]);
    expect(
      decoder.decode(bytes('8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65')),
    ).toEqual([
      [':method', 'GET'],
      [':scheme', 'https'],
      [':path', '/index.html'],
      [':authority', 'www.example.com'],
      ['custom-key', 'custom-value'],
    ]);
  });

  it('reads the Huffman codes of RFC 7541, C.4', () => {
    const decoder = new HeaderDecoder(16_384);
    expect(decoder.decode(bytes('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff'))?.at(-1)).toEqual([
      ':authority',
      'www.example.com',
    ]);
    expect(decoder.decode(bytes('8286 84be 5886 a8eb 1064 9cbf'))?.at(-1)).toEqual([
      'cache-control',
      'no-cache',
    ]);
  });

  it('remembers what indexes stand for only until the table changes', () => {
    const decoder = new HeaderDecoder(16_384);
    const literal = (name: string, value: string): Uint8Array =>
      Uint8Array.from([0x40, name.length, ...Buffer.from(name), value.length, ...Buffer.from(value)]);
    decoder.decode(literal('a', '1'));
    expect(decoder.decode(bytes('be'))).toEqual([['a', '1']]);
    expect(decoder.decode(bytes('be'))).toEqual([['a', '1']]);
    decoder.decode(literal('a', '2'));
    expect(decoder.decode(bytes('be'))).toEqual([['a', '2']]);
    expect(decoder.decode(bytes('bf'))).toEqual([['a', '1']]);
  });

  it('forgets what its table has no room for', () => {
    const decoder = new HeaderDecoder(1_000_000);
    const value = 'v'.repeat(1_000);
    const literal = Uint8Array.from([0x40, 1, 97, 0x7f, 0xe9, 0x06, ...Buffer.from(value)]);
    for (let count = 0; count < 5; count++) expect(decoder.decode(literal)).toEqual([['a', value]]);
    // 4,096 bytes hold three fields of 1,033.
    expect(decoder.decode(bytes('c0'))).toEqual([['a', value]]);
    expect(() => decoder.decode(bytes('c1'))).toThrow('where there is none');
  });

  it('says when there are more fields than it takes, and reads on', () => {
    const decoder = new HeaderDecoder(100);
    const many = encodeHeaders([
      ['a', 'x'.repeat(40)],
      ['b', 'x'.repeat(40)],
    ]);
    expect(decoder.decode(many)).toBeUndefined();
    expect(decoder.decode(encodeHeaders([['a', 'x']]))).toEqual([['a', 'x']]);
  });

  it('reads back whatever is encoded', () => {
    const octets = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(octets, octets)), (fields) => {
        expect(new HeaderDecoder(1_000_000).decode(encodeHeaders(fields))).toEqual(fields);
      }),
    );
  });

  it('refuses what is malformed with an error of its own, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (block) => {
        try {
          new HeaderDecoder(16_384).decode(block);
        } catch (error) {
          expect((error as Error).constructor.name).toBe('ConnectionError');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
