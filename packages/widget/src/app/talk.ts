import talkStyle from './talk.css?inline';
import { wear } from './wear.ts';

/** A conversation on the screen, in a file of its own: the start page does without it. */
export { Chat } from '../parts/chat.tsx';

wear(talkStyle);
