import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../api/request.ts';
import type { Answer } from '../api/use-answer.ts';
import './states.css';
import { Icon, type IconName } from './icon.tsx';

interface EmptyProps {
  readonly icon?: IconName;
  readonly title: string;
  /** What to do about it. */
  readonly children?: ComponentChildren;
}

/** Where there is nothing to show. */
export function Empty({ icon, title, children }: EmptyProps): JSX.Element {
  return (
    <div class="empty">
      {icon !== undefined && <Icon name={icon} size={20} />}
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="empty-text">{children}</div>}
    </div>
  );
}

/** Where the console did not answer as asked. */
export function Failed({ problem }: { readonly problem: Problem }): JSX.Element {
  return (
    <div class="empty" role="alert">
      <Icon name="errors" size={20} />
      <p class="empty-title">{problem.title}</p>
      {problem.detail !== undefined && <p class="empty-text">{problem.detail}</p>}
    </div>
  );
}

interface AnsweredProps<T> {
  readonly answer: Answer<T>;
  /** Pixels to keep free until the first answer. */
  readonly height?: number;
  readonly children: (data: T) => ComponentChildren;
}

/** Shows an answer once it is there; until then a quiet place for it, or why it does not come. */
export function Answered<T>({ answer, height = 160, children }: AnsweredProps<T>): JSX.Element {
  const { data, problem } = answer;
  if (data === undefined)
    return problem === undefined ? <Awaited height={height} /> : <Failed problem={problem} />;
  return (
    <>
      {/* A console that does not answer at all is told of by the shell. */}
      {problem !== undefined && problem.status !== 0 && (
        <p class="outdated" role="status">
          <Icon name="errors" size={14} />
          Not up to date: {problem.detail ?? problem.title}
        </p>
      )}
      {children(data)}
    </>
  );
}

/** A quiet place for an answer that is on its way. */
export function Awaited({ height = 160 }: { readonly height?: number }): JSX.Element {
  return (
    <div class="awaited" style={{ minHeight: `${height}px` }} role="status">
      <span>Loading</span>
    </div>
  );
}
