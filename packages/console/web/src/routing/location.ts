import { computed, type ReadonlySignal, signal } from '@preact/signals';

/**
 * Where the page is: every state that a person may want to come back to, or send to somebody, stands in the path or the
 * query. Components read {@link path} and {@link parameter}, and change them with {@link navigate} and {@link setParameters}.
 */
const current = signal(read());

function read(): { path: string; query: URLSearchParams } {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

addEventListener('popstate', () => {
  current.value = read();
});

export const path: ReadonlySignal<string> = computed(() => current.value.path);

/** One parameter of the query; undefined where it is missing or empty. */
export function parameter(name: string): string | undefined {
  return current.value.query.get(name) || undefined;
}

/** Changes to the query; `undefined` takes a parameter away. */
export type ParameterChanges = Readonly<Record<string, string | undefined>>;

/** Parameters that every link within the page carries on. */
const carried = ['from', 'to'];

/** A link to a screen, with the window of time that is shown now: `/services/orders?from=-1h`. */
export function hrefTo(target: string, changes: ParameterChanges = {}): string {
  const [targetPath = '/', targetQuery] = target.split('?');
  const next = new URLSearchParams(targetQuery);
  for (const name of carried) {
    const value = current.value.query.get(name);
    if (value !== null && !next.has(name)) next.set(name, value);
  }
  return write(targetPath, apply(next, changes));
}

/** Goes to a place in the page, as {@link hrefTo} gives it. */
export function navigate(href: string): void {
  if (href === location.pathname + location.search) return;
  history.pushState(null, '', href);
  current.value = read();
}

/** Changes the query of the place where the page is; `replace` leaves no step to go back to. */
export function setParameters(changes: ParameterChanges, { replace = false } = {}): void {
  const next = write(current.value.path, apply(new URLSearchParams(current.value.query), changes));
  if (next === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', next);
  else history.pushState(null, '', next);
  current.value = read();
}

function apply(into: URLSearchParams, changes: ParameterChanges): URLSearchParams {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') into.delete(name);
    else into.set(name, value);
  }
  return into;
}

function write(target: string, next: URLSearchParams): string {
  const text = next.toString();
  return text === '' ? target : `${target}?${text}`;
}
