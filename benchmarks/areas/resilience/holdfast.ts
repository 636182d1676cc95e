import type { Library } from '../../harness/area.ts';

export const holdfastSubjects: Library = { name: 'holdfast', version: '', subjects: {} };
