import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AdminSagaAction, AdminSagaActionName, AdminSagaDetail } from '../../api/console-api.ts';
import { act, RequestFailed, token } from '../../api/request.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { withToken } from '../../token/token-dialog.tsx';

interface SagaActionsProps {
  readonly saga: AdminSagaDetail;
  /** The path of the saga in the API. */
  readonly path: string;
  readonly onDone: () => void;
}

const actions: Readonly<
  Record<AdminSagaActionName, { readonly title: string; readonly what: string; readonly alarm: boolean }>
> = {
  retry: { title: 'Retry', what: 'The step is tried again, as if it had not failed.', alarm: false },
  skip: {
    title: 'Skip',
    what: 'The saga goes on as if the step had been done. It has no result, and what it should have done is not done.',
    alarm: true,
  },
  resolve: {
    title: 'Resolve',
    what: 'You say what the step’s result is, for instance since you did its work by hand.',
    alarm: false,
  },
  cancel: {
    title: 'Cancel',
    what: 'What was done is compensated, the last first. This cannot be taken back.',
    alarm: true,
  },
};

/** What may be asked of a saga now. Each is asked back about first, and needs the console's token. */
export function SagaActions({ saga, path, onDone }: SagaActionsProps): JSX.Element | null {
  const [asked, setAsked] = useState<AdminSagaActionName>();
  if (saga.actions.length === 0) return null;
  return (
    <div class="saga-actions">
      {saga.actions.map((name) => (
        <Button
          key={name}
          look={actions[name].alarm ? 'alarm' : 'bordered'}
          title={actions[name].what}
          onClick={() => withToken(() => setAsked(name))}
        >
          {actions[name].title}
        </Button>
      ))}
      {token.value === undefined && <span class="quiet">You are asked for the console’s token first.</span>}
      {asked !== undefined && (
        <ActionDialog
          saga={saga}
          path={path}
          name={asked}
          onClose={() => setAsked(undefined)}
          onDone={onDone}
        />
      )}
    </div>
  );
}

interface ActionDialogProps extends SagaActionsProps {
  readonly name: AdminSagaActionName;
  readonly onClose: () => void;
}

function ActionDialog({ saga, path, name, onClose, onDone }: ActionDialogProps): JSX.Element {
  const { title, what, alarm } = actions[name];
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const [sending, setSending] = useState(false);
  const wantsValue = name === 'resolve';
  const wantsReason = name === 'cancel';

  const send = async (): Promise<void> => {
    const action = actionOf(name, saga.step, text);
    if (action === undefined) {
      setProblem('The result has to be JSON, such as {"paid": true}, or nothing.');
      return;
    }
    setSending(true);
    try {
      await act(`${path}/${name}`, action);
      onDone();
      onClose();
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblem(error.problem.detail ?? error.problem.title);
      setSending(false);
    }
  };

  return (
    <Dialog label={`${title} ${saga.id}`} class="saga-dialog" onClose={onClose}>
      <h2>
        {title} <span class="mono">{saga.id}</span>
        {name !== 'cancel' && saga.step !== undefined && <> at {saga.step}</>}?
      </h2>
      <p>{what}</p>
      {(wantsValue || wantsReason) && (
        <label class="saga-dialog-text">
          <span>{wantsValue ? 'Result, as JSON' : 'Reason, for whoever looks later'}</span>
          <textarea
            class={wantsValue ? 'mono' : ''}
            rows={wantsValue ? 4 : 2}
            value={text}
            onInput={({ currentTarget }) => {
              setText(currentTarget.value);
              setProblem(undefined);
            }}
          />
        </label>
      )}
      {problem !== undefined && (
        <p class="alarm" role="alert">
          {problem}
        </p>
      )}
      <div class="saga-dialog-buttons">
        <Button onClick={onClose}>Leave it</Button>
        <Button look={alarm ? 'alarm' : 'strong'} disabled={sending} onClick={() => void send()}>
          {title}
        </Button>
      </div>
    </Dialog>
  );
}

/** What is sent; undefined where the text is not JSON. */
function actionOf(
  name: AdminSagaActionName,
  step: string | undefined,
  text: string,
): AdminSagaAction | undefined {
  if (name === 'cancel') return text.trim() === '' ? {} : { reason: text.trim() };
  const at = step === undefined ? {} : { step };
  if (name !== 'resolve' || text.trim() === '') return at;
  try {
    return { ...at, value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
