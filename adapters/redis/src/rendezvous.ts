/**
 * Which of `count` servers keeps `key`: the one for which the hash of key and server is highest. When the list grows
 * by one, only the keys that the new one wins move. (D. Thaler and C. Ravishankar, "Using name-based mappings to
 * increase hit rates", IEEE/ACM Transactions on Networking 6(1), 1998.)
 */
export function rendezvous(key: string, count: number): number {
  if (count === 1) return 0;
  const hash = hashText(key);
  let winner = 0;
  let highest = -1;
  for (let server = 0; server < count; server++) {
    const score = mix(hash ^ mix(server + 1));
    if (score > highest) [winner, highest] = [server, score];
  }
  return winner;
}

/** FNV-1a over the UTF-16 code units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3: each bit of the result depends on all of `value`. */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
