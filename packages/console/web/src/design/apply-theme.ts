/** Called before anything is painted, so that a page whose reader chose dark never flashes white. */
export function applyTheme(): void {
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset['theme'] = chosen;
}
