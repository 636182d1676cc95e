import type { JSX } from 'preact';
import './meter.css';
import type { Tone } from './badge.tsx';

interface MeterProps {
  /** What it measures, for those who cannot see it. */
  readonly label: string;
  /** From 0 to 1; more is shown as full. */
  readonly share: number;
  readonly tone?: Tone;
}

/** How much of a whole, as a bar. */
export function Meter({ label, share, tone = 'quiet' }: MeterProps): JSX.Element {
  const percent = Math.min(100, Math.max(0, share * 100));
  return (
    <span class={`meter meter-${tone}`} role="img" aria-label={`${label}: ${Math.round(share * 100)}%`}>
      <span style={{ width: `${percent}%` }} />
    </span>
  );
}
