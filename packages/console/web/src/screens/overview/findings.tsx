import type { JSX } from 'preact';
import type { Finding } from '../../api/console-api.ts';
import { Icon } from '../../parts/icon.tsx';
import { Link } from '../../routing/link.tsx';
import { parameter } from '../../routing/location.ts';

const severityText: Readonly<Record<Finding['severity'], string>> = {
  alarm: 'Alarm',
  warning: 'Warning',
  note: 'Note',
};

/** What is wrong, each with what speaks for it. Nothing at all when nothing is. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }): JSX.Element | null {
  if (findings.length === 0) return null;
  return (
    <ul class="findings" aria-label="Findings">
      {findings.map((finding) => (
        <li key={finding.text} class={`finding finding-${finding.severity}`}>
          <div class="finding-head">
            <span class="finding-severity">{severityText[finding.severity]}</span>
            {finding.service !== undefined && <span class="finding-place cut">{finding.service}</span>}
          </div>
          <p class="finding-text">
            {finding.link === undefined ? (
              finding.text
            ) : (
              // Whoever looks at the present goes on doing so.
              <Link
                to={finding.link}
                parameters={{ from: parameter('from'), to: parameter('to') }}
                class="finding-link"
              >
                {finding.text}
                <Icon name="arrow" size={12} />
              </Link>
            )}
          </p>
          {finding.evidence.length > 0 && (
            <ul class="finding-evidence">
              {finding.evidence.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}
