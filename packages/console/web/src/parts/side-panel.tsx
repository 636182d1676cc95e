import type { ComponentChildren, JSX } from 'preact';
import type { Health } from '../api/console-api.ts';
import { Button } from './button.tsx';
import { HealthMark } from './health-mark.tsx';
import './side-panel.css';

interface SidePanelProps {
  readonly title: string;
  readonly health?: Health | undefined;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Beside a drawing, what was chosen in it. */
export function SidePanel({ title, health, onClose, children }: SidePanelProps): JSX.Element {
  return (
    <aside class="panel side-panel" aria-label={title}>
      <header>
        {health !== undefined && <HealthMark health={health} />}
        <h2 class="cut" title={title}>
          {title}
        </h2>
        <Button icon="close" look="plain" label="Close" onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}
