import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { chooseTheme, theme } from '../design/theme.ts';
import { KeyHelp } from '../keyboard/key-help.tsx';
import { type KeyBinding, useKeys } from '../keyboard/keys.ts';
import { CommandPalette } from '../palette/command-palette.tsx';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty } from '../parts/states.tsx';
import { Link } from '../routing/link.tsx';
import { hrefTo, navigate, path } from '../routing/location.ts';
import { matchPath } from '../routing/match-path.ts';
import { screens } from '../screens/screens.ts';
import { TimeTools } from '../time/time-tools.tsx';
import { TokenDialog } from '../token/token-dialog.tsx';
import { ConsoleState } from './console-state.tsx';
import { Guarded } from './guarded.tsx';
import { LostNotice } from './lost-notice.tsx';
import { Navigation } from './navigation.tsx';
import './shell.css';

/** What surrounds every screen: navigation, the window of time, and the way to everything by keyboard. */
export function Shell(): JSX.Element {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [menu, setMenu] = useState(false);
  const main = useRef<HTMLElement>(null);
  const found = shownScreen(path.value);
  const windowed = found !== undefined && found.screen.windowed !== false;
  const title = belowOf(found) ?? found?.screen.title ?? 'Nothing here';

  // Another place begins at its top.
  useEffect(() => {
    setMenu(false);
    main.current?.scrollTo(0, 0);
  }, [path.value]);
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
  useLayoutEffect(() => {
    const open = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setPalette(true);
    };
    document.addEventListener('keydown', open);
    return () => document.removeEventListener('keydown', open);
  }, []);

  useKeys([
    ...goingKeys,
    { keys: '/', does: 'Search, or do anything', group: 'Everywhere', run: () => setPalette(true) },
    { keys: '?', does: 'These keys', group: 'Everywhere', run: () => setHelp(true) },
  ]);

  return (
    <div class={`shell ${menu ? 'shell-menu' : ''}`}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <aside class="side">
        <div class="brand">
          <Link to="/" label="Holdfast, overview" class="brand-link">
            <Mark />
            <span>Holdfast</span>
          </Link>
        </div>
        <button type="button" class="open-palette" onClick={() => setPalette(true)}>
          <span>Search</span>
          <kbd>/</kbd>
        </button>
        <Navigation />
        <button type="button" class="side-button" onClick={() => setHelp(true)}>
          <Icon name="keyboard" />
          <span>Keyboard</span>
          <kbd>?</kbd>
        </button>
        <ConsoleState />
      </aside>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what it does, the menu's button does too. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above. */}
      <div class="scrim" onClick={() => setMenu(false)} />
      <header class="top">
        <Button
          icon="menu"
          look="plain"
          label="Menu"
          class="menu-button"
          pressed={menu}
          onClick={() => setMenu(!menu)}
        />
        <Trail />
        <div class="top-tools">
          {windowed && <TimeTools />}
          <Button
            icon={theme.value === 'dark' ? 'sun' : 'moon'}
            look="plain"
            label={theme.value === 'dark' ? 'Light' : 'Dark'}
            class="theme-button"
            onClick={() => chooseTheme(theme.value === 'dark' ? 'light' : 'dark')}
          />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <LostNotice />
        {found === undefined ? (
          <Empty icon="search" title="There is nothing at this address.">
            <Link to="/" class="link">
              To the overview
            </Link>
          </Empty>
        ) : (
          <Guarded key={found.screen.path} place={path.value}>
            <found.screen.show {...found.parameters} />
          </Guarded>
        )}
      </main>
      {palette && <CommandPalette onClose={() => setPalette(false)} />}
      <TokenDialog />
      {help && <KeyHelp onClose={() => setHelp(false)} />}
    </div>
  );
}

const goingKeys: readonly KeyBinding[] = screens.flatMap(({ title, path: to, navigation }) =>
  navigation === undefined
    ? []
    : [{ keys: navigation.keys, does: title, group: 'Go to', run: () => navigate(hrefTo(to)) } as const],
);

function shownScreen(at: string) {
  for (const screen of screens) {
    const parameters = matchPath(screen.path, at);
    if (parameters !== undefined) return { screen, parameters };
  }
  return undefined;
}

/** What of its kind a screen shows: a service, or who calls whom. */
function belowOf(found: ReturnType<typeof shownScreen>): string | undefined {
  return Object.values(found?.parameters ?? {}).join(' → ') || undefined;
}

/** Where one is, from the screen of the navigation down to what is looked at. */
function Trail(): JSX.Element {
  const found = shownScreen(path.value);
  const below = belowOf(found);
  const root = screens.findLast(
    ({ path: of, navigation }) =>
      navigation !== undefined && (of === path.value || (of !== '/' && path.value.startsWith(`${of}/`))),
  );
  return (
    <nav class="trail" aria-label="Where you are">
      {below === undefined ? (
        <h1>{found?.screen.title ?? 'Nothing here'}</h1>
      ) : (
        <>
          {root !== undefined && (
            <>
              <Link to={root.path} class="trail-root">
                {root.title}
              </Link>
              <span class="trail-sign" aria-hidden="true">
                /
              </span>
            </>
          )}
          <h1 class="cut" title={below}>
            {below}
          </h1>
        </>
      )}
    </nav>
  );
}

function Mark(): JSX.Element {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--ink)" />
      <path
        d="M16 5.5v21M8 9.5v8.2a8 8 0 0 0 16 0V9.5"
        fill="none"
        stroke="var(--surface)"
        stroke-width="2.6"
        stroke-linecap="round"
      />
    </svg>
  );
}
