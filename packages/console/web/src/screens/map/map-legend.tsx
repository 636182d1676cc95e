import type { JSX } from 'preact';

/** What lines and figures of the map mean. */
export function MapLegend(): JSX.Element {
  return (
    <ul class="graph-legend">
      <li>
        <svg width="22" height="8" aria-hidden="true">
          <path d="M0 4h22" />
        </svg>
        calls
      </li>
      <li>
        <svg width="22" height="8" aria-hidden="true">
          <path d="M0 4h22" stroke-dasharray="5 4" />
        </svg>
        messages
      </li>
      <li>figures: rate · p95 · errors</li>
    </ul>
  );
}
