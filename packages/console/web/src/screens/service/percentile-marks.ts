/** A mark on a scale from 0 to 100, with the names of all that stand there. */
export interface PercentileMark {
  readonly place: number;
  readonly text: string;
  /** Whether there is room for the text on the left of it only. */
  readonly isNearEnd: boolean;
}

/** What a letter takes, in per cent of the scale. */
const letterWidth = 2;
/** Names that stand closer than this would lie upon one another; where the later turns to the left, they need twice as much. */
const apartMin = 5;

/** Marks for places in rising order; those too close to one another to be read share the last of them. */
export function percentileMarks(
  places: readonly (readonly [name: string, place: number])[],
): PercentileMark[] {
  const groups: { names: string[]; place: number }[] = [];
  for (const [name, place] of places) {
    const last = groups.at(-1);
    const needed = isNearEnd(name, place) ? 2 * apartMin : apartMin;
    if (last !== undefined && place - last.place < needed) {
      last.names.push(name);
      last.place = place;
    } else groups.push({ names: [name], place });
  }
  return groups.map(({ names, place }) => {
    const text = names.join(' ');
    return { place, text, isNearEnd: isNearEnd(text, place) };
  });
}

function isNearEnd(text: string, place: number): boolean {
  return place + text.length * letterWidth > 100;
}
