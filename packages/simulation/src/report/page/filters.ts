import { element, part } from './element.ts';
import type { Palette } from './palette.ts';
import type { Timeline } from './timeline.ts';
import { layers, type Visibility } from './visibility.ts';

/** Switches for hosts, kinds of messages, and layers. */
export function showFilters(
  timeline: Timeline,
  visibility: Visibility,
  palette: Palette,
  onChange: () => void,
): void {
  const chip = <Key>(hidden: Set<Key>, key: Key, label: string, colour?: string): HTMLElement => {
    const made = element('button', {
      type: 'button',
      class: 'chip',
      'aria-pressed': String(!hidden.has(key)),
    });
    if (colour !== undefined)
      made.append(element('i', { class: 'dot', style: `background: var(--${colour})` }));
    made.append(label);
    made.title = 'Show or hide; with Alt, show nothing else of its sort';
    made.addEventListener('click', (event) => {
      const siblings = [...(made.parentElement?.children ?? [])];
      if (event.altKey) {
        for (const sibling of siblings) {
          const isOther = sibling !== made;
          if ((sibling.getAttribute('aria-pressed') === 'true') === isOther) (sibling as HTMLElement).click();
        }
        return;
      }
      if (!hidden.delete(key)) hidden.add(key);
      made.setAttribute('aria-pressed', String(!hidden.has(key)));
      visibility.update();
      onChange();
    });
    return made;
  };
  part('filter-lanes').replaceChildren(
    ...timeline.lanes.map(({ name }, lane) => chip(visibility.hiddenLanes, lane, name)),
  );
  const counts = new Map<string, number>();
  for (const { kind } of timeline.arrows.items) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  part('filter-kinds').replaceChildren(
    ...timeline.messageKinds.map((kind) =>
      chip(visibility.hiddenKinds, kind, `${kind} ${counts.get(kind)}`, palette.kindVariable(kind)),
    ),
  );
  part('filter-layers').replaceChildren(
    ...layers.map((layer) => chip(visibility.hiddenLayers, layer, layer)),
  );
}
