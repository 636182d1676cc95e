/** A mark on a scale from 0 to 100, with the names of all that stand there. */
export interface PercentileMark {
  readonly place: number;
  readonly text: string;
  /** Whether there is room for the text on the left of it only. */
  readonly isNearEnd: boolean;
}

/** Names that stand closer than this, in per cent of the scale, would lie upon one another. */
const apartMin = 5;
const nearEnd = 88;

/** Marks for places in rising order; those too close to one another to be read share the last of them. */
export function percentileMarks(
  places: readonly (readonly [name: string, place: number])[],
): PercentileMark[] {
  const groups: { names: string[]; place: number }[] = [];
  for (const [name, place] of places) {
    const last = groups.at(-1);
    if (last !== undefined && place - last.place < apartMin) {
      last.names.push(name);
      last.place = place;
    } else groups.push({ names: [name], place });
  }
  return groups.map(({ names, place }) => ({ place, text: names.join(' '), isNearEnd: place > nearEnd }));
}
