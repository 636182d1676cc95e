/** Where values stand between holes: a line through a curve does not show them. */
export function isolatedValues(values: readonly (number | null | undefined)[]): number[] {
  const isHole = (index: number): boolean => values[index] == null;
  return values.flatMap((_, index) =>
    !isHole(index) && isHole(index - 1) && isHole(index + 1) ? [index] : [],
  );
}
