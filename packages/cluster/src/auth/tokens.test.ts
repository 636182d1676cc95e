import { beforeEach, describe, expect, test } from 'vitest';
import { type AuthChange, AuthCommand } from './auth-command.ts';
import { Tokens } from './tokens.ts';
import { UsersAndRoles } from './users-and-roles.ts';

const minute = 60_000_000;
let key = 0;

function apply(state: UsersAndRoles, change: AuthChange): void {
  const auth = { user: 'root', revision: 0 };
  expect(state.apply(AuthCommand.encode({ change }), 1, auth).result).toEqual({ response: {} });
}

function enable(state: UsersAndRoles): void {
  apply(state, { case: 'enable', value: { tokenKey: new Uint8Array(32).fill(++key) } });
}

/** Two members with the same users. */
let one: UsersAndRoles;
let other: UsersAndRoles;
let now: number;
let tokensOfOne: Tokens;
let tokensOfOther: Tokens;

beforeEach(() => {
  one = new UsersAndRoles();
  other = new UsersAndRoles();
  now = 1_000_000;
  apply(one, { case: 'addUser', value: { name: 'root', passwordHash: 'hash', noPassword: false } });
  apply(one, { case: 'grantRole', value: { user: 'root', role: 'root' } });
  apply(one, { case: 'addUser', value: { name: 'ådå', passwordHash: 'hash', noPassword: false } });
  enable(one);
  other.restore(one.save());
  tokensOfOne = new Tokens(one, () => now);
  tokensOfOther = new Tokens(other, () => now);
});

const issue = (): string => tokensOfOne.issue(one.user('ådå')!);

test('a token is good on every member, again and again', () => {
  const token = issue();
  expect(tokensOfOne.userOf(token)).toBe('ådå');
  expect(tokensOfOther.userOf(token)).toBe('ådå');
  expect(tokensOfOther.userOf(token)).toBe('ådå');
});

test('it can be sent as a header', () => {
  expect(issue()).toMatch(/^[\w.-]+$/);
});

describe('it is void', () => {
  test('five minutes after it was issued', () => {
    const token = issue();
    now += 5 * minute;
    expect(tokensOfOther.userOf(token)).toBe('ådå');
    const unused = issue();
    now += 5 * minute + 1;
    expect(tokensOfOther.userOf(unused)).toBeUndefined();
  });

  test('five minutes after it was last used where it is used', () => {
    const token = issue();
    for (let use = 0; use < 3; use++) {
      now += 4 * minute;
      expect(tokensOfOne.userOf(token)).toBe('ådå');
    }
    expect(tokensOfOther.userOf(token)).toBeUndefined();
    now += 5 * minute + 1;
    expect(tokensOfOne.userOf(token)).toBeUndefined();
    expect(tokensOfOne.userOf(token)).toBeUndefined();
  });

  test.each<[string, AuthChange[]]>([
    ['its user is deleted', [{ case: 'deleteUser', value: { name: 'ådå' } }]],
    [
      'its user gets another password',
      [{ case: 'changePassword', value: { name: 'ådå', passwordHash: 'x' } }],
    ],
    [
      'its user is another one of the same name',
      [
        { case: 'deleteUser', value: { name: 'ådå' } },
        { case: 'addUser', value: { name: 'ådå', passwordHash: 'hash', noPassword: false } },
      ],
    ],
  ])('when %s', (_case, changes) => {
    const token = issue();
    expect(tokensOfOne.userOf(token)).toBe('ådå');
    for (const change of changes) apply(one, change);
    expect(tokensOfOne.userOf(token)).toBeUndefined();
  });

  test('when authentication was off in between', () => {
    const token = issue();
    expect(tokensOfOne.userOf(token)).toBe('ådå');
    apply(one, { case: 'disable', value: {} });
    enable(one);
    expect(tokensOfOne.userOf(token)).toBeUndefined();
  });

  test('when any character of it is another', () => {
    const token = issue();
    for (let place = 0; place < token.length; place++) {
      const changed = token[place] === 'A' ? 'B' : 'A';
      const forged = token.slice(0, place) + changed + token.slice(place + 1);
      // The last character of base64 may hold bits that say nothing.
      const says = (text: string): string => Buffer.from(text.replace('.', ''), 'base64url').toString('hex');
      if (forged.includes('.') && says(forged) === says(token)) continue;
      expect(tokensOfOther.userOf(forged)).toBeUndefined();
    }
  });

  test.each(['', '.', 'x', 'x.y', 'AQ', `${'A'.repeat(5000)}.AA`, 'abcdefghijklmnop.12'])(
    'when it is %j',
    (token) => {
      expect(tokensOfOne.userOf(token)).toBeUndefined();
      expect(tokensOfOne.isAhead(token)).toBe(false);
    },
  );

  test('with the right signature on other claims', () => {
    const token = issue();
    expect(tokensOfOne.userOf(token)).toBe('ådå');
    const [claims] = token.split('.');
    const [, signature] = tokensOfOne.issue(one.user('root')!).split('.');
    expect(tokensOfOne.userOf(`${claims}.${signature}`)).toBeUndefined();
    expect(tokensOfOne.userOf(token)).toBe('ådå');
  });
});

test('a new role does not make it void', () => {
  const token = issue();
  apply(one, { case: 'grantRole', value: { user: 'ådå', role: 'root' } });
  expect(tokensOfOne.userOf(token)).toBe('ådå');
});

describe('it is ahead of a member', () => {
  test('that knows less of the users', () => {
    apply(one, { case: 'addRole', value: { name: 'r' } });
    const token = issue();
    expect(tokensOfOther.isAhead(token)).toBe(true);
    other.restore(one.save());
    expect(tokensOfOther.isAhead(token)).toBe(false);
    expect(tokensOfOther.userOf(token)).toBe('ådå');
  });

  test('that does not know yet that authentication is on', () => {
    apply(one, { case: 'disable', value: {} });
    other.restore(one.save());
    expect(tokensOfOther.isAhead(issue())).toBe(true);
    const early = issue();
    apply(one, { case: 'addRole', value: { name: 'r' } });
    other.restore(one.save());
    expect(tokensOfOther.isAhead(early)).toBe(false);
  });
});
