import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Overview } from '../api/console-api.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { commandsFor } from './commands.ts';
import { rankCommands } from './rank-commands.ts';
import './command-palette.css';

const shownMax = 12;

/** A line to type into, and everywhere that it may lead: screens, services, a trace by its id, a search, a switch. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const services = useAnswer<Overview>('/overview', { every: 0 }).data?.services;
  const found = useMemo(
    () => rankCommands(commandsFor(text, services?.map(({ name }) => name) ?? []), text).slice(0, shownMax),
    [text, services],
  );
  const choose = (index: number): void => {
    setChosen(index);
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' });
  };
  const run = (index: number): void => {
    const command = found[index];
    if (command === undefined) return;
    onClose();
    command.run();
  };

  return (
    <Dialog label="Search" class="palette" onClose={onClose}>
      <div class="palette-line">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label="Search, or do anything"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found.length === 0 ? undefined : `palette-${chosen}`}
          placeholder="Search services, traces, logs, or do anything"
          spellcheck={false}
          autocomplete="off"
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') choose(Math.min(found.length - 1, chosen + 1));
            else if (event.key === 'ArrowUp') choose(Math.max(0, chosen - 1));
            else if (event.key === 'Enter') run(chosen);
            else return;
            event.preventDefault();
          }}
        />
      </div>
      <div id="palette-list" class="palette-list" role="listbox" aria-label="Found" ref={list}>
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are taken by the line above.
          <div
            key={command.key}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onPointerMove={() => setChosen(index)}
            onClick={() => run(index)}
          >
            <Icon name={command.icon} />
            <span class="cut">{command.title}</span>
            <span class="palette-kind">{command.kind}</span>
            {command.keys?.split(' ').map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </div>
        ))}
        {found.length === 0 && <p class="palette-none">Nothing of that name</p>}
      </div>
    </Dialog>
  );
}
