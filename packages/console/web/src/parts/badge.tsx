import type { ComponentChildren, JSX } from 'preact';
import './badge.css';

export type Tone = 'quiet' | 'accent' | 'warn' | 'alarm' | 'good';

interface BadgeProps {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children: ComponentChildren;
}

/** A word or figure set apart: a state, a version, a count. */
export function Badge({ tone = 'quiet', title, children }: BadgeProps): JSX.Element {
  return (
    <span class={`badge badge-${tone}`} title={title}>
      {children}
    </span>
  );
}
