import { type Signal, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { holdToken } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import './token-dialog.css';

const asked: Signal<boolean> = signal(false);

/** Asks for the token that lets its bearer act. A button that changes something calls it while `mayAct` of the status is false. */
export function askForToken(): void {
  asked.value = true;
}

/** Where the token is given. The shell holds it; it is not there until somebody asks. */
export function TokenDialog(): JSX.Element | null {
  if (!asked.value) return null;
  const close = (): void => {
    asked.value = false;
  };
  return (
    <Dialog label="Token" class="token-dialog" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const text = String(new FormData(event.currentTarget).get('token')).trim();
          if (text !== '') holdToken(text);
          close();
        }}
      >
        <h2>To act, give the token</h2>
        <p class="quiet">
          The console printed it when it started. It is kept for this tab alone, and goes when the tab is
          closed.
        </p>
        <label class="field">
          <span class="spoken">Token</span>
          <input name="token" type="password" autocomplete="off" required />
        </label>
        <div class="token-buttons">
          <Button look="plain" onClick={close}>
            Not now
          </Button>
          <button type="submit" class="button button-strong">
            Take it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
