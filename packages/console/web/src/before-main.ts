// A small script that runs before anything is painted, while the page's own code is still on its way.
import { askEarly } from './api/early-answer.ts';
import { applyTheme } from './design/apply-theme.ts';

applyTheme();
askEarly();
