import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import './panel.css';

interface PanelProps {
  readonly title: string;
  /** A few words beside the title: a count, what a figure means. */
  readonly note?: ComponentChildren;
  /** At the other end of the title's line: buttons, a legend, a link to more. */
  readonly aside?: ComponentChildren;
  /** Whether the content reaches the edges, as tables and drawings do. */
  readonly flush?: boolean;
  readonly class?: string | undefined;
  readonly children: ComponentChildren;
}

/** A titled part of a screen. */
export function Panel(props: PanelProps): JSX.Element {
  const id = useId();
  return (
    <section class={`panel ${props.flush ? 'panel-flush' : ''} ${props.class ?? ''}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <span class="panel-note">{props.note}</span>}
        {props.aside !== undefined && <div class="panel-aside">{props.aside}</div>}
      </header>
      <div class="panel-body">{props.children}</div>
    </section>
  );
}
