import type { Subject } from '../scenario.ts';

export const holdfastSubject: Subject = { name: 'holdfast', version: '', capabilities: {} };
