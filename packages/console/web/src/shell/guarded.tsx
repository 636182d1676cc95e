import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';

interface GuardedProps {
  /** The path that is shown. */
  readonly place: string;
  readonly children: ComponentChildren;
}

/** Keeps what fails on one screen from taking the page along, and says what it was. */
export function Guarded({ place, children }: GuardedProps): JSX.Element {
  const [error, again] = useErrorBoundary((failure: unknown) => console.error(failure));
  useEffect(again, [place]);
  if (error === undefined) return <>{children}</>;
  return (
    <Empty icon="errors" title="This screen failed.">
      <p>{error instanceof Error ? error.message : String(error)}</p>
      <Button onClick={again}>Try again</Button>
    </Empty>
  );
}
