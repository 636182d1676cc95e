/** Frames of the platform, of this package, and of core under it. */
const ownFrames: readonly string[] = ['node:', new URL('..', import.meta.url).href];
const coreFrame = /[\\/](?:@holdfast|packages)[\\/]core[\\/]/;

/**
 * The place in the code under test that an error comes from, such as `'/app/orders.ts:12:9'`: the first that its stack
 * names. Undefined where it names none.
 */
export function thrownAt(error: unknown): string | undefined {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined;
  for (const line of error.stack.split('\n')) {
    const place = /^\s+at (?:.*? \()?(\S.*:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place === undefined || coreFrame.test(place)) continue;
    const address = place.startsWith('/') ? `file://${place}` : place;
    if (!ownFrames.some((own) => address.startsWith(own))) return place.replace(/^file:\/\/(?=\/)/, '');
  }
  return undefined;
}
