import * as etcd from '../etcd/index.ts';
import type { ClusterMember } from '../member/cluster-member.ts';
import type { Call, UnaryMethod } from '../services/call.ts';
import type { Headers } from '../services/headers.ts';
import { type AnyMethod, unary } from '../services/method.ts';
import { type CommandAuth, encodeCommand } from '../state/command.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';
import { type AuthChange, AuthCommand } from './auth-command.ts';
import { toWirePermission } from './auth-tables.ts';
import type { Callers } from './callers.ts';
import type { PasswordHashing } from './password-hashing.ts';
import type { Tokens } from './tokens.ts';
import type { UsersAndRoles } from './users-and-roles.ts';

export interface AuthServiceParts {
  readonly member: Pick<ClusterMember, 'propose' | 'readBarrier'>;
  readonly usersAndRoles: UsersAndRoles;
  readonly tokens: Tokens;
  readonly callers: Callers;
  readonly passwords: PasswordHashing;
  /** So many random bytes that nobody can guess. */
  readonly secret: (bytes: number) => Uint8Array;
  readonly headers: Headers;
}

const service = '/etcdserverpb.Auth';
const tokenKeyBytes = 32;

/** etcd's Auth service, with the exact refusals of the last etcd 3.4, and `AuthStatus` of 3.5. */
export class AuthService {
  readonly #parts: AuthServiceParts;

  constructor(parts: AuthServiceParts) {
    this.#parts = parts;
  }

  methods(): readonly AnyMethod[] {
    const { secret } = this.#parts;
    return [
      this.#change('AuthEnable', etcd.AuthEnableRequest, etcd.AuthEnableResponse, () => ({
        case: 'enable',
        value: { tokenKey: secret(tokenKeyBytes) },
      })),
      this.#change('AuthDisable', etcd.AuthDisableRequest, etcd.AuthDisableResponse, (value) => ({
        case: 'disable',
        value,
      })),
      unary(`${service}/AuthStatus`, etcd.AuthStatusRequest, etcd.AuthStatusResponse, (_request, call) =>
        this.#status(call),
      ),
      unary(`${service}/Authenticate`, etcd.AuthenticateRequest, etcd.AuthenticateResponse, (request, call) =>
        this.#authenticate(request, call),
      ),
      this.#change('UserAdd', etcd.AuthUserAddRequest, etcd.AuthUserAddResponse, (request, call) =>
        this.#userAddition(request, call),
      ),
      unary(`${service}/UserGet`, etcd.AuthUserGetRequest, etcd.AuthUserGetResponse, (request, call) =>
        this.#userGet(request, call),
      ),
      unary(`${service}/UserList`, etcd.AuthUserListRequest, etcd.AuthUserListResponse, (_request, call) =>
        this.#userList(call),
      ),
      this.#change('UserDelete', etcd.AuthUserDeleteRequest, etcd.AuthUserDeleteResponse, (value) => ({
        case: 'deleteUser',
        value,
      })),
      this.#change(
        'UserChangePassword',
        etcd.AuthUserChangePasswordRequest,
        etcd.AuthUserChangePasswordResponse,
        (request, call) => this.#passwordChange(request, call),
      ),
      this.#change(
        'UserGrantRole',
        etcd.AuthUserGrantRoleRequest,
        etcd.AuthUserGrantRoleResponse,
        (value) => ({ case: 'grantRole', value }),
      ),
      this.#change(
        'UserRevokeRole',
        etcd.AuthUserRevokeRoleRequest,
        etcd.AuthUserRevokeRoleResponse,
        (value) => ({ case: 'revokeRole', value }),
      ),
      this.#change('RoleAdd', etcd.AuthRoleAddRequest, etcd.AuthRoleAddResponse, (value) => ({
        case: 'addRole',
        value,
      })),
      unary(`${service}/RoleGet`, etcd.AuthRoleGetRequest, etcd.AuthRoleGetResponse, (request, call) =>
        this.#roleGet(request, call),
      ),
      unary(`${service}/RoleList`, etcd.AuthRoleListRequest, etcd.AuthRoleListResponse, (_request, call) =>
        this.#roleList(call),
      ),
      this.#change('RoleDelete', etcd.AuthRoleDeleteRequest, etcd.AuthRoleDeleteResponse, (value) => ({
        case: 'deleteRole',
        value,
      })),
      this.#change(
        'RoleGrantPermission',
        etcd.AuthRoleGrantPermissionRequest,
        etcd.AuthRoleGrantPermissionResponse,
        (value) => ({ case: 'grantPermission', value }),
      ),
      this.#change(
        'RoleRevokePermission',
        etcd.AuthRoleRevokePermissionRequest,
        etcd.AuthRoleRevokePermissionResponse,
        (value) => ({ case: 'revokePermission', value }),
      ),
    ];
  }

  /** A method that proposes what `changeOf` makes of its request. */
  #change<Request, Response extends { readonly header: etcd.ResponseHeader | undefined }>(
    name: string,
    request: UnaryMethod<Request, Response>['request'],
    response: UnaryMethod<Request, Response>['response'],
    changeOf: (request: Request, call: Call) => AuthChange | Promise<AuthChange>,
  ): AnyMethod {
    return unary(`${service}/${name}`, request, response, async (value, call) => {
      const { member, headers, callers } = this.#parts;
      // It counts once the change is applied. Here it keeps others from the work of hashing, and out of the log.
      const auth = await callers.identifyRoot(call);
      const change = await changeOf(value, call);
      const payload = AuthCommand.encode({ change });
      const command = encodeCommand({ kind: 'auth', session: call.session, auth, payload });
      const { revision, result } = await member.propose(command, { signal: call.signal });
      if ('refusal' in result) throw new etcd.EtcdError(result.refusal);
      return response.create({ header: headers.at(revision) } as Partial<Response>);
    });
  }

  async #userAddition({ name, password, options }: etcd.AuthUserAddRequest, call: Call): Promise<AuthChange> {
    const noPassword = options?.noPassword ?? false;
    const passwordHash = noPassword ? '' : await this.#parts.passwords.hash(password, call.signal);
    return { case: 'addUser', value: { name, passwordHash, noPassword } };
  }

  async #passwordChange(request: etcd.AuthUserChangePasswordRequest, call: Call): Promise<AuthChange> {
    const passwordHash = await this.#parts.passwords.hash(request.password, call.signal);
    return { case: 'changePassword', value: { name: request.name, passwordHash } };
  }

  /**
   * A user that is not there, one without a password, and a wrong password are one refusal, and take one time. The
   * password may be changed while it is checked: then it starts over.
   */
  async #authenticate(
    { name, password }: etcd.AuthenticateRequest,
    call: Call,
  ): Promise<etcd.AuthenticateResponse> {
    const { usersAndRoles, passwords, tokens } = this.#parts;
    for (;;) {
      await this.#barrier(call);
      if (!usersAndRoles.enabled) throw new etcd.EtcdError(etcd.etcdRefusals.authNotEnabled);
      const user = usersAndRoles.user(name);
      const hash = user?.noPassword ? undefined : user?.passwordHash;
      const matches = await passwords.matches(password, hash, call.signal);
      if (usersAndRoles.user(name)?.credentialsRevision !== user?.credentialsRevision) continue;
      if (user === undefined || !matches) throw new etcd.EtcdError(etcd.etcdRefusals.authFailed);
      return { header: this.#parts.headers.now(), token: tokens.issue(user) };
    }
  }

  async #status(call: Call): Promise<etcd.AuthStatusResponse> {
    const { usersAndRoles } = this.#parts;
    const auth = await this.#identifyAfterBarrier(call);
    this.#refuse(usersAndRoles.permitsAll(auth));
    return {
      header: this.#parts.headers.now(),
      enabled: usersAndRoles.enabled,
      authRevision: usersAndRoles.revision,
    };
  }

  /** Who may not see all users sees itself. */
  async #userGet({ name }: etcd.AuthUserGetRequest, call: Call): Promise<etcd.AuthUserGetResponse> {
    const { usersAndRoles } = this.#parts;
    const auth = await this.#identifyAfterBarrier(call);
    if (name !== (auth?.user ?? '')) this.#refuse(usersAndRoles.permitsAll(auth));
    const user = usersAndRoles.user(name);
    if (user === undefined) throw new etcd.EtcdError(etcd.etcdRefusals.userNotFound);
    return { header: this.#parts.headers.now(), roles: user.roles };
  }

  async #userList(call: Call): Promise<etcd.AuthUserListResponse> {
    const { usersAndRoles } = this.#parts;
    const auth = await this.#identifyAfterBarrier(call);
    this.#refuse(usersAndRoles.permitsAll(auth));
    return { header: this.#parts.headers.now(), users: usersAndRoles.users.map(({ name }) => name) };
  }

  /** Who may not see all roles sees its own. */
  async #roleGet({ role: name }: etcd.AuthRoleGetRequest, call: Call): Promise<etcd.AuthRoleGetResponse> {
    const { usersAndRoles } = this.#parts;
    const auth = await this.#identifyAfterBarrier(call);
    const own = auth !== undefined && usersAndRoles.user(auth.user)?.roles.includes(name);
    if (!own) this.#refuse(usersAndRoles.permitsAll(auth));
    const role = usersAndRoles.role(name);
    if (role === undefined) throw new etcd.EtcdError(etcd.etcdRefusals.roleNotFound);
    return { header: this.#parts.headers.now(), perm: role.permissions.map(toWirePermission) };
  }

  async #roleList(call: Call): Promise<etcd.AuthRoleListResponse> {
    const { usersAndRoles } = this.#parts;
    const auth = await this.#identifyAfterBarrier(call);
    this.#refuse(usersAndRoles.permitsAll(auth));
    return { header: this.#parts.headers.now(), roles: usersAndRoles.roles.map(({ name }) => name) };
  }

  async #identifyAfterBarrier(call: Call): Promise<CommandAuth | undefined> {
    await this.#barrier(call);
    return this.#parts.callers.identify(call);
  }

  #barrier({ signal }: Call): Promise<void> {
    return this.#parts.member.readBarrier({ signal });
  }

  #refuse(refusal: EtcdRefusal | undefined): undefined {
    if (refusal !== undefined) throw new etcd.EtcdError(refusal);
  }
}
