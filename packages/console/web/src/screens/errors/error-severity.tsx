import type { JSX } from 'preact';
import type { ErrorGroupRow } from '../../api/console-api.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';

const tones: Readonly<Record<'low' | 'medium' | 'high' | 'critical', Tone>> = {
  low: 'quiet',
  medium: 'quiet',
  high: 'warn',
  critical: 'alarm',
};

/** How grave an error is, where its process says so. */
export function ErrorSeverity({ severity }: Pick<ErrorGroupRow, 'severity'>): JSX.Element {
  return severity === undefined ? (
    <span class="quiet">–</span>
  ) : (
    <Badge tone={tones[severity]}>{severity}</Badge>
  );
}
