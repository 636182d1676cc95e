import type { JSX } from 'preact';
import type { Health, Red } from '../api/console-api.ts';

/** How well something is, told by shape and colour: a quiet ring, a triangle, a filled diamond, a dot. */
export function HealthMark({
  health,
  size = 12,
}: {
  readonly health: Health;
  readonly size?: number;
}): JSX.Element {
  return (
    <svg class="health-mark" width={size} height={size} viewBox="0 0 12 12" role="img" aria-label={health}>
      <title>{health}</title>
      <HealthShape health={health} />
    </svg>
  );
}

/** The shape alone, 12 by 12, for a drawing that holds more. */
export function HealthShape({ health }: { readonly health: Health }): JSX.Element {
  switch (health) {
    case 'failing':
      return <path d="M6 .6 11.4 6 6 11.4.6 6 6 .6Z" fill="var(--alarm-mark)" />;
    case 'degraded':
      return <path d="M6 1.2 11.4 10.6H.6L6 1.2Z" fill="var(--warn-mark)" />;
    case 'healthy':
      return <circle cx="6" cy="6" r="3.6" fill="none" stroke="var(--mark)" stroke-width="1.5" />;
    case 'idle':
      return <circle cx="6" cy="6" r="1.8" fill="var(--mark-soft)" />;
  }
}

type Unwell = 'alarm' | 'warn' | undefined;

/** The class that colours text by health; nothing for what is well. */
export function toneOf(health: Health): Unwell {
  return health === 'failing' ? 'alarm' : health === 'degraded' ? 'warn' : undefined;
}

/** Of what is unwell, which figure shows it: the errors where there are any to speak of, else the durations. */
export function tonesOf(health: Health, red: Red): { readonly errors: Unwell; readonly durations: Unwell } {
  const tone = toneOf(health);
  return red.errorShare >= errorsToSpeakOf
    ? { errors: tone, durations: undefined }
    : { errors: undefined, durations: tone };
}

const errorsToSpeakOf = 0.01;
