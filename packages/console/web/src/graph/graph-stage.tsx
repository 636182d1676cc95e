import type { JSX } from 'preact';

/** A graph, drawn or as a table, and beside it what is said of the chosen part, if one is. */
export function GraphStage({
  view,
  drawing,
  table,
  panel,
}: {
  readonly view: 'drawing' | 'table';
  readonly drawing: () => JSX.Element;
  readonly table: () => JSX.Element;
  readonly panel: JSX.Element | false;
}): JSX.Element {
  return (
    <div class={`graph-stage ${panel === false ? '' : 'graph-stage-chosen'}`}>
      {view === 'drawing' ? <div class="panel">{drawing()}</div> : table()}
      {panel}
    </div>
  );
}
