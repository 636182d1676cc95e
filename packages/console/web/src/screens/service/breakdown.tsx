import type { JSX } from 'preact';
import type { BreakdownRow } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatShare } from '../../format/number.ts';
import { Link } from '../../routing/link.tsx';

/** Where the requests of a service spend their time: itself, and each whom it calls. */
export function Breakdown({ rows }: { readonly rows: readonly BreakdownRow[] }): JSX.Element {
  if (rows.length === 0) return <p class="none">No traces to break down in this window.</p>;
  const longest = Math.max(...rows.map(({ share }) => share));
  return (
    <ol class="breakdown">
      {rows.map(({ callee, mean, share }) => (
        <li key={callee ?? ''}>
          <span class="cut">
            {callee === undefined ? (
              <b>its own time</b>
            ) : (
              <Link to={`/services/${encodeURIComponent(callee)}`} class="breakdown-link">
                {callee}
              </Link>
            )}
          </span>
          <span class={`breakdown-bar ${callee === undefined ? 'breakdown-own' : ''}`}>
            <span style={{ width: `${(100 * share) / longest}%` }} />
          </span>
          <span class="figure">{formatShare(share)}</span>
          <span class="figure quiet">{formatDuration(mean)}</span>
        </li>
      ))}
    </ol>
  );
}
