import type { ComponentChildren, JSX } from 'preact';
import './legend.css';

interface LegendProps {
  readonly class?: string;
  /** Each mark as it looks in the drawing, and what it means. */
  readonly marks: readonly (readonly [mark: ComponentChildren, text: string])[];
}

/** What the looks of a drawing mean. */
export function Legend({ class: extra = '', marks }: LegendProps): JSX.Element {
  return (
    <ul class={`legend ${extra}`} aria-label="Legend">
      {marks.map(([mark, text]) => (
        <li key={text}>
          {mark}
          {text}
        </li>
      ))}
    </ul>
  );
}

/** A piece of the line that stands for a connection. */
export function LegendLine({ dashed = false }: { readonly dashed?: boolean }): JSX.Element {
  return (
    <svg width="22" height="8" aria-hidden="true">
      <path d="M0 4h22" stroke-dasharray={dashed ? '5 4' : undefined} />
    </svg>
  );
}
