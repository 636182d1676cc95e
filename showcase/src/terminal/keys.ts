import type { ProcessName } from '../processes/living-process.ts';
import { serviceNames } from '../shop/services.ts';
import { memberNames } from '../store/members.ts';

/** In the order in which keys and arrows choose them. */
export const processNames: readonly ProcessName[] = [...serviceNames, ...memberNames];

/** What the person at the keyboard wants. */
export type Command =
  | { readonly do: 'choose'; readonly process: ProcessName }
  | { readonly do: 'step'; readonly by: 1 | -1 }
  | {
      readonly do:
        | 'kill'
        | 'pause'
        | 'slow'
        | 'break'
        | 'heal'
        | 'heal-all'
        | 'more'
        | 'less'
        | 'switch'
        | 'quit';
    };

const commands: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(processNames.map((process, index) => [String(index + 1), { do: 'choose', process }])),
  '\x1b[A': { do: 'step', by: -1 },
  '\x1b[B': { do: 'step', by: 1 },
  '\x1bOA': { do: 'step', by: -1 },
  '\x1bOB': { do: 'step', by: 1 },
  k: { do: 'kill' },
  p: { do: 'pause' },
  s: { do: 'slow' },
  b: { do: 'break' },
  h: { do: 'heal' },
  a: { do: 'heal-all' },
  '+': { do: 'more' },
  '=': { do: 'more' },
  '-': { do: 'less' },
  v: { do: 'switch' },
  q: { do: 'quit' },
  '\x03': { do: 'quit' },
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what an arrow key begins with
const arrowOrCharacter = /\x1b[[O][A-D]|./gs;

/** The commands in what the terminal sent: several keys may come in one piece. */
export function parseKeys(text: string): readonly Command[] {
  const keys = text.match(arrowOrCharacter) ?? [];
  return keys
    .map((key) => commands[key.toLowerCase()] ?? commands[key])
    .filter((command) => command !== undefined);
}

/** Listens to the keyboard, key by key. Returns what ends that. */
export function listenToKeys(input: NodeJS.ReadStream, commanded: (command: Command) => void): () => void {
  const heard = (data: Buffer): void => parseKeys(data.toString('utf8')).forEach(commanded);
  input.setRawMode(true);
  input.resume();
  input.on('data', heard);
  return () => {
    input.off('data', heard);
    input.setRawMode(false);
    input.pause();
  };
}
