const keyCount = 1_000_000;

/**
 * What a limiter holds for one of a million keys, in bytes, besides the strings and a map of them, which every
 * keyed limiter needs: the live heap and buffers after `touch` has seen every key, less those of a plain
 * `Map<string, number>`. Needs `--expose-gc`.
 */
export async function bytesBesidesKeys(touch: (key: string) => unknown): Promise<number> {
  const keys = Array.from({ length: keyCount }, (_, index) => `customer-${index}`);
  const map = new Map<string, number>();
  const mapBytes = await grownBy(() => {
    for (const key of keys) map.set(key, map.size);
  });
  map.clear();
  const limiterBytes = await grownBy(async () => {
    for (const key of keys) await touch(key);
  });
  return (limiterBytes - mapBytes) / keys.length;
}

async function grownBy(fill: () => unknown): Promise<number> {
  const before = liveBytes();
  await fill();
  return liveBytes() - before;
}

function liveBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
