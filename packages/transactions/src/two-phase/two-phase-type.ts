/** Begins the types of all two-phase commits. */
export const twoPhaseType = 'two-phase/';
