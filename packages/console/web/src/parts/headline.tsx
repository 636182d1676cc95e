import type { ComponentChildren, JSX } from 'preact';
import type { Health } from '../api/console-api.ts';
import { HealthMark } from './health-mark.tsx';
import './headline.css';

interface HeadlineProps {
  /** Where the sentence is a judgement. */
  readonly health?: Health;
  readonly sentence: string;
  /** What the sentence rests on. */
  readonly children?: ComponentChildren;
}

/** One sentence of state, and the figures that it rests on. */
export function Headline({ health, sentence, children }: HeadlineProps): JSX.Element {
  return (
    <header class="headline">
      {health !== undefined && <HealthMark health={health} size={18} />}
      <div>
        <h2 class="headline-sentence" aria-live="polite">
          {sentence}
        </h2>
        {children !== undefined && children !== false && <p class="headline-facts figure">{children}</p>}
      </div>
    </header>
  );
}
