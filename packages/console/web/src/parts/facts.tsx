import type { ComponentChildren, JSX } from 'preact';
import './facts.css';

interface FactsProps {
  readonly facts: readonly (readonly [name: string, value: ComponentChildren])[];
}

/** Figures under their names. */
export function Facts({ facts }: FactsProps): JSX.Element {
  return (
    <dl class="facts figure">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
