/**
 * How a version of a key lies in its block: three doubles, then words. The revision that made it, the one that created
 * the key, and how many times it was put since; its key's block, the versions before and after it; the length of the
 * value; which of the changes of its revision it is; flags. Then its lease, if it has one, and the value.
 */
export const modDouble = 0;
export const createDouble = 1;
export const countDouble = 2;
export const keyWord = 6;
export const previousWord = 7;
export const nextWord = 8;
export const lengthWord = 9;
export const subWord = 10;
export const flagsWord = 11;
export const headerBytes = 48;

/** The key was deleted. */
export const tombstoneFlag = 1;
/** A word pair behind the header holds the lease, the lower half first. */
export const leaseFlag = 2;
export const leaseWord = 12;
export const leaseBytes = 8;
