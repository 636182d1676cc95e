/** How many hues there are: tokens `--hue-0` and on. */
export const hueCount = 10;

/**
 * A hue for each service: the one its name stands for, so that it looks the same on every screen; where two names stand for
 * the same one, the later takes the next that is free, as long as there is one.
 */
export function serviceHues(services: readonly string[]): Map<string, number> {
  const hues = new Map<string, number>();
  const taken = new Set<number>();
  for (const service of [...services].sort()) {
    if (hues.has(service)) continue;
    let hue = hash(service) % hueCount;
    for (let turn = 1; taken.has(hue) && turn < hueCount && taken.size < hueCount; turn++) {
      hue = (hue + 1) % hueCount;
    }
    hues.set(service, hue);
    taken.add(hue);
  }
  return hues;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
