import type { JSX } from 'preact';
import type { Finding } from '../../api/console-api.ts';
import { useKeys } from '../../keyboard/keys.ts';
import { Icon } from '../../parts/icon.tsx';
import { Link } from '../../routing/link.tsx';
import { hrefTo, navigate, type ParameterChanges, parameter } from '../../routing/location.ts';

const severityText: Readonly<Record<Finding['severity'], string>> = {
  alarm: 'Alarm',
  warning: 'Warning',
  note: 'Note',
};

/** So many are opened by a key. */
const numbered = 9;

/** Whoever looks at the present goes on doing so. */
function windowNow(): ParameterChanges {
  return { from: parameter('from'), to: parameter('to') };
}

/** What is wrong, each with what speaks for it. Nothing at all when nothing is. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }): JSX.Element | null {
  useKeys(
    findings.slice(0, numbered).flatMap(({ link, service }, index) =>
      link === undefined
        ? []
        : [
            {
              keys: String(index + 1),
              does: `Finding ${index + 1}${service === undefined ? '' : `, ${service}`}`,
              group: 'This screen',
              run: () => navigate(hrefTo(link, windowNow())),
            } as const,
          ],
    ),
  );
  if (findings.length === 0) return null;
  return (
    <ul class="findings" aria-label="Findings">
      {findings.map((finding, index) => (
        <li key={finding.text} class={`finding finding-${finding.severity}`}>
          <div class="finding-head">
            <span class="finding-severity">{severityText[finding.severity]}</span>
            {finding.service !== undefined && <span class="finding-place cut">{finding.service}</span>}
            {finding.link !== undefined && index < numbered && (
              <kbd class="finding-key" title="The key that opens it">
                {index + 1}
              </kbd>
            )}
          </div>
          <p class="finding-text">
            {finding.link === undefined ? (
              finding.text
            ) : (
              <Link to={finding.link} parameters={windowNow()} class="finding-link">
                {finding.text}
                {'\u00a0'}
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
