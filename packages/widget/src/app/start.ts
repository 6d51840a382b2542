import startStyle from './start.css?inline';
import { wear } from './wear.ts';

/** The start page, in a file of its own: where a conversation goes on, nobody sees it. */
export { homeOf } from '../model/home.ts';
export { Home } from '../parts/home.tsx';

wear(startStyle);
