import type { JSX } from 'preact';
import type { AdminSaga } from '../../api/console-api.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';

const tones: Readonly<Record<AdminSaga['status'], Tone>> = {
  stuck: 'alarm',
  running: 'accent',
  committed: 'quiet',
  'rolled-back': 'warn',
};

const words: Readonly<Record<AdminSaga['status'], string>> = {
  stuck: 'stuck',
  running: 'running',
  committed: 'committed',
  'rolled-back': 'rolled back',
};

/** How a saga stands, by word and colour. */
export function SagaStatus({ status }: { readonly status: AdminSaga['status'] }): JSX.Element {
  return <Badge tone={tones[status]}>{words[status]}</Badge>;
}
