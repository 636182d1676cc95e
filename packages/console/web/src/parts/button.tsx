import type { ComponentChildren, JSX } from 'preact';
import './button.css';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly icon?: IconName;
  /** What it is called, where it shows a drawing alone. */
  readonly label?: string;
  readonly title?: string;
  /** `plain` has no border until it is touched; `alarm` does something that cannot be taken back. */
  readonly look?: 'bordered' | 'plain' | 'strong' | 'alarm';
  /** For a button that is on or off. */
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly class?: string;
  readonly onClick: () => void;
  readonly children?: ComponentChildren;
}

export function Button(props: ButtonProps): JSX.Element {
  const { icon, label, look = 'bordered', children } = props;
  const alone = children === undefined;
  return (
    <button
      type="button"
      class={`button button-${look} ${alone ? 'button-square' : ''} ${props.class ?? ''}`}
      aria-label={label}
      aria-pressed={props.pressed}
      title={props.title ?? label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}
