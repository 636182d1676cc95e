import type { Timeline } from './timeline.ts';

/** The events whose JSON or line of text contains all words of `query`, in any case. */
export function search(timeline: Timeline, query: string, say: (index: number) => string): Set<number> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Set<number>();
  if (words.length === 0) return found;
  timeline.events.forEach((event, index) => {
    const text = `${say(index)} ${JSON.stringify(event)}`.toLowerCase();
    if (words.every((word) => text.includes(word))) found.add(index);
  });
  return found;
}
