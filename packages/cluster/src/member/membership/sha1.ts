/**
 * SHA-1 (RFC 3174). For names only, as etcd makes its ids with it: it protects nothing.
 */
export function sha1(bytes: Uint8Array): Uint8Array {
  const blocks = new Uint8Array((((bytes.length + 8) >>> 6) << 6) + 64);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setBigUint64(blocks.length - 8, BigInt(bytes.length) * 8n);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Uint32Array(80);
  for (let at = 0; at < blocks.length; at += 64) {
    for (let step = 0; step < 16; step++) words[step] = view.getUint32(at + step * 4);
    for (let step = 16; step < 80; step++) {
      words[step] = rotate(words[step - 3]! ^ words[step - 8]! ^ words[step - 14]! ^ words[step - 16]!, 1);
    }
    digestBlock(state, words);
  }
  const digest = new Uint8Array(20);
  const out = new DataView(digest.buffer);
  state.forEach((word, place) => {
    out.setUint32(place * 4, word);
  });
  return digest;
}

function digestBlock(state: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
  for (let step = 0; step < 80; step++) {
    const [mixed, constant] = roundOf(step, b, c, d);
    const next = (rotate(a, 5) + mixed + e + constant + words[step]!) >>> 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  [a, b, c, d, e].forEach((word, place) => {
    state[place] = state[place]! + word;
  });
}

function roundOf(step: number, b: number, c: number, d: number): readonly [number, number] {
  if (step < 20) return [(b & c) | (~b & d), 0x5a827999];
  if (step < 40) return [b ^ c ^ d, 0x6ed9eba1];
  if (step < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc];
  return [b ^ c ^ d, 0xca62c1d6];
}

function rotate(word: number, bits: number): number {
  return ((word << bits) | (word >>> (32 - bits))) >>> 0;
}
