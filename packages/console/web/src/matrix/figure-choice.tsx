import type { JSX } from 'preact';
import { Segmented } from '../parts/segmented.tsx';
import { setParameters } from '../routing/location.ts';
import { type Figure, figures } from './figures.ts';

/** Which figure the cells show. It stands in the URL, unless it is the usual one. */
export function FigureChoice({ figure }: { readonly figure: Figure }): JSX.Element {
  return (
    <Segmented
      label="Figure"
      value={figure}
      options={figures}
      onChange={(next) => setParameters({ figure: next === 'p95' ? undefined : next }, { replace: true })}
    />
  );
}
