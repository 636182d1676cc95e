import { theme } from './theme.ts';

const known = new Map<string, string>();
let knownTheme = theme.peek();
let probe: HTMLElement | undefined;

/**
 * The colour of a token, such as `--alarm-mark`, as a canvas takes it. Reads the theme: a component or effect that calls it
 * runs again when that changes.
 */
export function colourOf(token: string): string {
  if (theme.value !== knownTheme) {
    known.clear();
    knownTheme = theme.value;
  }
  const before = known.get(token);
  if (before !== undefined) return before;
  if (probe === undefined) {
    probe = document.createElement('span');
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(${token})`;
  const colour = getComputedStyle(probe).color;
  known.set(token, colour);
  return colour;
}
