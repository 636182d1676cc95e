import { isHoldfastError, runWithoutDeadline } from '@holdfast/core';
import { etcdRefusals } from '../etcd/etcd-errors.ts';
import { orAborted } from './or-aborted.ts';

/** The token that calls carry: asked for when first needed, shared, and asked for anew when it is refused. */
export class Authentication {
  readonly #ask: (() => Promise<string | undefined>) | undefined;
  #asking: Promise<string | undefined> | undefined;
  #known: { readonly token: string | undefined } | undefined;

  /** @param ask - gets a new token; undefined where the client has no user. */
  constructor(ask: (() => Promise<string>) | undefined) {
    this.#ask = ask && (() => ask().catch(whenEnabled));
  }

  /** Whether it has a user to ask a token for. */
  get active(): boolean {
    return this.#ask !== undefined;
  }

  /** Whether {@link token} need not ask. */
  get ready(): boolean {
    return this.#ask === undefined || this.#known !== undefined;
  }

  /** The token, if there is one. */
  get known(): string | undefined {
    return this.#known?.token;
  }

  /** The token, asked for if need be. */
  async token(signal: AbortSignal): Promise<string | undefined> {
    if (this.#ask === undefined || this.#known !== undefined) return this.known;
    if (this.#asking === undefined) {
      this.#asking = runWithoutDeadline(this.#ask)
        .then((token) => {
          this.#known = { token };
          return token;
        })
        .finally(() => {
          this.#asking = undefined;
        });
      this.#asking.catch(() => {});
    }
    return orAborted(this.#asking, signal);
  }

  /** Whether a call that carried `token` and failed with `error` is worth repeating with a new one. */
  renews(token: string | undefined, error: unknown): boolean {
    if (this.#ask === undefined || !refusesToken(error)) return false;
    // Another call may have noticed before.
    if (this.#known?.token === token) this.#known = undefined;
    return true;
  }
}

/** A user of a store that asks nobody who he is needs no token. */
function whenEnabled(error: unknown): undefined {
  if (isHoldfastError(error) && error.context['refusal'] === etcdRefusals.authNotEnabled.message) return;
  throw error;
}

function refusesToken(error: unknown): boolean {
  if (!isHoldfastError(error)) return false;
  const { refusal } = error.context;
  return (
    refusal === etcdRefusals.invalidAuthToken.message || refusal === etcdRefusals.authOldRevision.message
  );
}
