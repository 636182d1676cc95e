import type { JSX } from 'preact';
import type { AdminSagaDetail, AdminSagaStep } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatMoment } from '../../format/moment.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Answered } from '../../parts/states.tsx';
import { Link } from '../../routing/link.tsx';
import { SagaActions } from './saga-actions.tsx';
import { shortType } from './saga-address.ts';
import { SagaLanes } from './saga-lanes.tsx';
import { SagaStatus } from './saga-status.tsx';
import { failedAt, stateWords } from './step-words.ts';

interface SagaPanelProps {
  /** Of the saga, in the API. */
  readonly path: string;
  readonly onClose: () => void;
  /** Told when something was asked of it. */
  readonly onDone: () => void;
}

/** All that is known of one saga, and what may be asked of it. */
export function SagaPanel({ path, onClose, onDone }: SagaPanelProps): JSX.Element {
  const answer = useAnswer<AdminSagaDetail>(path, { windowed: false, every: 2000 });
  return (
    <section class="panel saga-panel" aria-label="Chosen saga">
      <Answered answer={answer} height={300}>
        {(saga) => (
          <>
            <header class="saga-head">
              <div class="saga-title">
                <h2>
                  {shortType(saga)} <span class="mono quiet">{saga.id}</span>
                </h2>
                <SagaStatus status={saga.status} />
                <Badge>version {saga.version}</Badge>
                <span class="saga-close">
                  <Button icon="close" look="plain" label="Close" onClick={onClose} />
                </span>
              </div>
              <p class="saga-facts quiet">
                {saga.startedAt !== undefined && <>began {formatMoment(saga.startedAt)} · </>}
                {saga.startedAt !== undefined &&
                  formatDuration((saga.endedAt ?? Date.now()) - saga.startedAt)}
                {saga.endedAt === undefined ? ' so far' : ''} · ledger {saga.ledger}
                {saga.traceId !== undefined && (
                  <>
                    {' · '}
                    <Link class="link" to={`/traces/${saga.traceId}`}>
                      trace
                    </Link>
                  </>
                )}
              </p>
            </header>
            {(saga.problem !== undefined || saga.actions.length > 0) && (
              <div class={`saga-problem ${saga.status === 'stuck' ? 'saga-problem-stuck' : ''}`}>
                {saga.problem !== undefined && (
                  <p>
                    {saga.status === 'stuck' && (
                      <strong>Stuck{saga.step === undefined ? '' : ` at ${saga.step}`}. </strong>
                    )}
                    {saga.problem}
                  </p>
                )}
                <SagaActions
                  saga={saga}
                  path={path}
                  onDone={() => {
                    answer.refresh();
                    onDone();
                  }}
                />
              </div>
            )}
            <div class="saga-parts">
              <SagaLanes saga={saga} now={Date.now()} />
              <section>
                <h3>Steps</h3>
                <ol class="saga-steps">
                  {saga.steps.map((step) => (
                    <Step
                      key={step.name}
                      step={step}
                      words={stateWords(saga, step)}
                      failed={failedAt(saga, step)}
                    />
                  ))}
                </ol>
              </section>
              <section>
                <h3>What happened</h3>
                <ol class="saga-moments">
                  {saga.timeline.map((moment, index) => (
                    <li key={index}>
                      <span class="figure quiet">
                        {moment.at === undefined || saga.startedAt === undefined
                          ? '–'
                          : `+${formatDuration(moment.at - saga.startedAt)}`}
                      </span>
                      <span>
                        {moment.what}
                        {moment.step !== undefined && <strong> {moment.step}</strong>}
                        {moment.detail !== undefined && <span class="saga-detail"> {moment.detail}</span>}
                      </span>
                    </li>
                  ))}
                </ol>
              </section>
              {saga.valuesWithheld && (
                <p class="quiet saga-withheld">Input and results are shown to who has the console’s token.</p>
              )}
              {saga.input !== undefined && (
                <section>
                  <h3>Input</h3>
                  <pre class="saga-json">{JSON.stringify(saga.input, null, 2)}</pre>
                </section>
              )}
            </div>
          </>
        )}
      </Answered>
    </section>
  );
}

interface StepProps {
  readonly step: AdminSagaStep;
  readonly words: string;
  readonly failed: boolean;
}

function Step({ step, words, failed }: StepProps): JSX.Element {
  const looks = lookOf(step, failed);
  return (
    <li class={`saga-step saga-step-${looks.look}`}>
      <span class="saga-step-mark">{looks.icon !== undefined && <Icon name={looks.icon} size={10} />}</span>
      <div class="saga-step-body">
        <p>
          <strong>{step.name}</strong> <span class="quiet">{step.kind}</span>
          <span class="saga-step-state">{words}</span>
          {step.attempts > 0 && (
            <Badge tone="warn">
              {step.attempts === 1 ? '1 failed attempt' : `${step.attempts} failed attempts`}
            </Badge>
          )}
        </p>
        {step.lastError !== undefined && <p class="saga-step-error">{step.lastError}</p>}
        {step.value !== undefined && step.value !== null && (
          <code class="saga-step-value cut">{JSON.stringify(step.value)}</code>
        )}
      </div>
    </li>
  );
}

/** How a step looks, by what its state says; words of other protocols than sagas are shown as they are. */
function lookOf(
  { state }: AdminSagaStep,
  failed: boolean,
): { readonly look: string; readonly icon: IconName | undefined } {
  if (/stuck|failed/.test(state) || (state === 'left' && failed)) return { look: 'bad', icon: 'close' };
  if (state === 'undone' || state === 'rolled back') return { look: 'undone', icon: 'sagas' };
  if (state === 'undoing') return { look: 'undoing', icon: 'sagas' };
  if (state === 'done' || state === 'committed' || state === 'skipped')
    return { look: 'done', icon: 'check' };
  if (state === 'ahead' || state === 'left') return { look: 'ahead', icon: undefined };
  return { look: 'running', icon: undefined };
}
