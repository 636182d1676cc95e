import type { JSX } from 'preact';

/** A graph, drawn, as a table or as a matrix, and beside it what is said of the chosen part, if one is. */
export function GraphStage({
  view,
  drawing,
  matrix,
  table,
  panel,
}: {
  readonly view: 'drawing' | 'matrix' | 'table';
  readonly drawing: () => JSX.Element;
  readonly matrix?: () => JSX.Element;
  readonly table: () => JSX.Element;
  readonly panel: JSX.Element | false;
}): JSX.Element {
  return (
    <div class={`graph-stage ${panel === false ? '' : 'graph-stage-chosen'}`}>
      {view === 'drawing' && <div class="panel">{drawing()}</div>}
      {view === 'matrix' && matrix?.()}
      {view === 'table' && table()}
      {panel}
    </div>
  );
}
