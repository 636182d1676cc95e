import type { ComponentChildren, JSX } from 'preact';
import { hrefTo, navigate, type ParameterChanges } from './location.ts';

interface LinkProps {
  /** A path, with a query if need be; the window of time is carried on. */
  readonly to: string;
  readonly parameters?: ParameterChanges;
  readonly class?: string;
  readonly title?: string;
  readonly current?: boolean;
  readonly label?: string;
  readonly tabIndex?: number;
  readonly children: ComponentChildren;
}

/** A link within the page. It is a real one: a middle click or ⌘ opens another tab. */
export function Link(props: LinkProps): JSX.Element {
  const href = hrefTo(props.to, props.parameters);
  return (
    <a
      class={props.class}
      href={href}
      title={props.title}
      aria-label={props.label}
      tabIndex={props.tabIndex}
      aria-current={props.current ? 'page' : undefined}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        navigate(href);
      }}
    >
      {props.children}
    </a>
  );
}
