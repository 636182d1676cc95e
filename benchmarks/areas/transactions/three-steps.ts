/** The same work for everybody: three steps, each of which returns one more than it was given, in the same process. */
export const steps = ['reserve', 'charge', 'ship'] as const;

export function oneMore(value: number): Promise<number> {
  return Promise.resolve(value + 1);
}
