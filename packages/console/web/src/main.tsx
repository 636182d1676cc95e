import { render } from 'preact';
import './design/tokens.css';
import './design/base.css';
import { Shell } from './shell/shell.tsx';

render(<Shell />, document.getElementById('page')!);
