import { type Signal, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { holdToken, token } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import './token-dialog.css';

/** What goes on once the token is given; undefined while nobody asks for it. */
const asked: Signal<(() => void) | undefined> = signal(undefined);

/** Asks for the token that lets its bearer act. */
export function askForToken(then: () => void = () => {}): void {
  asked.value = then;
}

/** Does what needs the token; asks for it first where there is none. */
export function withToken(act: () => void): void {
  if (token.peek() === undefined) askForToken(act);
  else act();
}

/** Where the token is given. The shell holds it; it is not there until somebody asks. */
export function TokenDialog(): JSX.Element | null {
  const then = asked.value;
  if (then === undefined) return null;
  const close = (): void => {
    asked.value = undefined;
  };
  return (
    <Dialog label="Token" class="token-dialog" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const text = String(new FormData(event.currentTarget).get('token')).trim();
          close();
          if (text === '') return;
          holdToken(text);
          then();
        }}
      >
        <h2>Actions need the token</h2>
        <p class="quiet">
          The console printed it when it started, as part of its address. It is kept for this tab alone, until
          the tab is closed.
        </p>
        <label class="field">
          <span class="spoken">Token</span>
          <input name="token" type="password" autocomplete="off" required />
        </label>
        <div class="token-buttons">
          <Button look="plain" onClick={close}>
            Cancel
          </Button>
          <button type="submit" class="button button-strong">
            Unlock actions
          </button>
        </div>
      </form>
    </Dialog>
  );
}
