const actionByKey: Readonly<Record<string, string>> = {
  ArrowRight: 'forward',
  ArrowDown: 'forward',
  j: 'forward',
  ArrowLeft: 'back',
  ArrowUp: 'back',
  k: 'back',
  Home: 'first',
  End: 'last',
  ' ': 'play',
  f: 'next-fault',
  F: 'previous-fault',
  n: 'next-note',
  N: 'previous-note',
  o: 'next-operation',
  O: 'previous-operation',
  x: 'next-failure',
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  '0': 'zoom-fit',
  t: 'mode',
  '/': 'search',
};

/** Keys for what the buttons do. In the search box they are text, except Enter and Escape. */
export function listenToKeys(box: HTMLInputElement, act: (action: string) => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === box) {
      if (event.key === 'Enter') act(event.shiftKey ? 'found-previous' : 'found-next');
      if (event.key === 'Escape') box.blur();
      return;
    }
    // A focused button is pressed with the space bar.
    if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
    const action = Object.hasOwn(actionByKey, event.key) ? actionByKey[event.key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    act(action);
  });
}
