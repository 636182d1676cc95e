import type { JSX } from 'preact';
import { formatShare } from '../format/number.ts';
import './flame.css';

interface FlameShareProps {
  /** From 0 to 1. */
  readonly share: number;
  /** The token of its colour. */
  readonly token: string;
}

/** How much of a flame something is, as a bar and in figures. */
export function FlameShare({ share, token }: FlameShareProps): JSX.Element {
  return (
    <span class="flame-share">
      <span class="flame-share-bar" aria-hidden="true">
        <span style={{ width: `${share * 100}%`, background: `var(${token})` }} />
      </span>
      <span class="figure">{formatShare(share)}</span>
    </span>
  );
}
