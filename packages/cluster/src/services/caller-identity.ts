import type { CommandAuth } from '../state/command.ts';
import type { Call } from './call.ts';

/** Finds out who calls. Each throws `EtcdError` for a token that is none. */
export interface CallerIdentity {
  /** Who calls; undefined for nobody, and while authentication is off. */
  identify(call: Call): CommandAuth | undefined | Promise<CommandAuth | undefined>;
  /** For what is open to every user: refuses nobody's calls while authentication is on. */
  identifyNamed(call: Call): Promise<CommandAuth | undefined>;
  /** For what takes the root role. */
  identifyRoot(call: Call): Promise<CommandAuth | undefined>;
}

/** Without users: nobody needs to say who calls. */
export const anyCaller: CallerIdentity = {
  identify: () => undefined,
  identifyNamed: async () => undefined,
  identifyRoot: async () => undefined,
};
