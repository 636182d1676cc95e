import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';

export type ThemeChoice = 'system' | 'light' | 'dark';

const darkSystem = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(darkSystem.matches);
darkSystem.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches;
});

const choice: Signal<ThemeChoice> = signal(
  (document.documentElement.dataset['theme'] as ThemeChoice | undefined) ?? 'system',
);

/** What is shown. Whatever paints on a canvas reads it, and so is painted anew when it changes. */
export const theme: ReadonlySignal<'light' | 'dark'> = computed(() =>
  choice.value === 'system' ? (systemIsDark.value ? 'dark' : 'light') : choice.value,
);

export function chooseTheme(next: ThemeChoice): void {
  if (next === 'system') {
    localStorage.removeItem('theme');
    delete document.documentElement.dataset['theme'];
  } else {
    localStorage.setItem('theme', next);
    document.documentElement.dataset['theme'] = next;
  }
  choice.value = next;
}
