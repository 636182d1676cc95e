import type { JSX } from 'preact';
import type { AdminSaga } from '../../api/console-api.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';

const tones: Readonly<Record<AdminSaga['status'], Tone>> = {
  stuck: 'alarm',
  running: 'accent',
  committed: 'quiet',
  'rolled-back': 'quiet',
};

const words: Readonly<Record<AdminSaga['status'], string>> = {
  stuck: 'stuck',
  running: 'running',
  committed: 'committed',
  'rolled-back': 'rolled back',
};

const icons: Readonly<Record<AdminSaga['status'], IconName | undefined>> = {
  stuck: 'errors',
  running: undefined,
  committed: 'check',
  'rolled-back': 'sagas',
};

/** How a saga stands, by word, mark and colour. */
export function SagaStatus({ status }: { readonly status: AdminSaga['status'] }): JSX.Element {
  const icon = icons[status];
  return (
    <Badge tone={tones[status]}>
      {icon !== undefined && <Icon name={icon} size={10} />}
      {words[status]}
    </Badge>
  );
}
