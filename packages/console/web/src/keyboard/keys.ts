import { useLayoutEffect } from 'preact/hooks';

/** What one key, or two after one another, does: `{ keys: 'g s', does: 'Services', run }`. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` names them, with a space between two: `j`, `g s`, `Enter`, `?`. */
  readonly keys: string;
  /** For the page of help. */
  readonly does: string;
  readonly group: 'Go to' | 'This screen' | 'Everywhere';
  readonly run: (event: KeyboardEvent) => void;
}

const bound: KeyBinding[] = [];
const sequenceMillis = 1200;
let first: { key: string; at: number } | undefined;

/** Everything that is bound now, the newest last. */
export function boundKeys(): readonly KeyBinding[] {
  return bound;
}

/** Binds keys while the component is shown. They are at rest while a person types, and while a dialog is open. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  // Before anything is painted: whoever sees a screen may press its keys.
  useLayoutEffect(() => {
    bound.push(...bindings);
    return () => {
      for (const binding of bindings) bound.splice(bound.indexOf(binding), 1);
    };
  });
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
  // When it was pressed, not when a page that was busy comes to it.
  const at = event.timeStamp;
  const sequence =
    first !== undefined && at - first.at < sequenceMillis ? `${first.key} ${event.key}` : undefined;
  first = undefined;
  const binding =
    (sequence === undefined ? undefined : bindingOf(sequence)) ??
    // Enter and the space bar belong to the button or link that has the focus.
    (isPressable(event.target) && (event.key === 'Enter' || event.key === ' ')
      ? undefined
      : bindingOf(event.key));
  if (binding !== undefined) {
    event.preventDefault();
    binding.run(event);
  } else if (bound.some(({ keys }) => keys.startsWith(`${event.key} `))) {
    first = { key: event.key, at };
  }
});

function bindingOf(keys: string): KeyBinding | undefined {
  return bound.findLast((binding) => binding.keys === keys);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target.matches('textarea, select, [contenteditable]');
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('a, button, summary, [role="button"]');
}
