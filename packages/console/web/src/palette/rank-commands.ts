interface Titled {
  readonly title: string;
  readonly always?: boolean;
}

/**
 * Those whose title has the letters of a text in their order, the best first: a beginning before a beginning of a word, before
 * any piece, before letters strewn about. What is always offered comes after the rest, unless it stands alone.
 */
export function rankCommands<T extends Titled>(commands: readonly T[], text: string): readonly T[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return commands;
  return commands
    .map((command) => ({ command, rank: command.always ? 4 : rankOf(command.title.toLowerCase(), wanted) }))
    .filter(({ rank }) => rank <= 4)
    .sort((a, b) => a.rank - b.rank)
    .map(({ command }) => command);
}

function rankOf(title: string, wanted: string): number {
  const at = title.indexOf(wanted);
  if (at === 0) return 0;
  if (at > 0) return /[\s\-_./]/.test(title[at - 1]!) ? 1 : 2;
  return isStrewn(title, wanted) ? 3 : Number.POSITIVE_INFINITY;
}

function isStrewn(title: string, wanted: string): boolean {
  let at = 0;
  for (const letter of wanted) {
    at = title.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
