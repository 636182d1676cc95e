/** The name of a member: never given to another one, nor to the same one with an empty disk. */
export type MemberId = string;
