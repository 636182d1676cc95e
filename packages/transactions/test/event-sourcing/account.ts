import type { Decider } from '../../src/index.ts';

export type AccountCommand =
  | { readonly do: 'open'; readonly owner: string }
  | { readonly do: 'deposit' | 'withdraw'; readonly amount: number };

export type AccountEvent =
  | { readonly type: 'opened'; readonly data: { readonly owner: string } }
  | { readonly type: 'deposited' | 'withdrawn'; readonly data: { readonly amount: number } };

export interface AccountState {
  readonly owner: string | null;
  readonly balance: number;
}

/** An account that is never overdrawn. */
export const account: Decider<AccountCommand, AccountEvent, AccountState> = {
  initial: { owner: null, balance: 0 },
  decide(command, { owner, balance }) {
    if (command.do === 'open') {
      return owner === null ? [{ type: 'opened', data: { owner: command.owner } }] : [];
    }
    if (owner === null) throw new Error('the account is not open');
    const { amount } = command;
    if (command.do === 'deposit') return [{ type: 'deposited', data: { amount } }];
    if (amount > balance) throw new Error(`the account has ${balance}, which is less than ${amount}`);
    return [{ type: 'withdrawn', data: { amount } }];
  },
  evolve(state, event) {
    switch (event.type) {
      case 'opened':
        return { ...state, owner: event.data.owner };
      case 'deposited':
        return { ...state, balance: state.balance + event.data.amount };
      case 'withdrawn':
        return { ...state, balance: state.balance - event.data.amount };
    }
  },
};
