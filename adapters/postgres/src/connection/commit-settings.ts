/** What a connection that commits for many must be able to rely on, whatever the defaults of the database are. */
export const commitSettings: readonly string[] = [
  `SET default_transaction_isolation = 'read committed'`,
  `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
];
