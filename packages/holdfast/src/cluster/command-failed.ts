/** A command was understood, and could not do what it was asked to, or found something wrong. */
export class CommandFailed extends Error {}
