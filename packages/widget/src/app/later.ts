import laterStyle from './later.css?inline';
import { wear } from './wear.ts';

/** What the first picture does without, in one file that is fetched once the window is drawn. */
export { attachmentsOf, filesOf } from '../model/files.ts';
export { gateOf } from '../model/gate.ts';
export { noticeOf } from '../model/notice.ts';
export { placeCard } from '../model/place.ts';
export { Announcer } from '../parts/announcer.tsx';
export { Chips, Clip } from '../parts/attach.tsx';
export { Attachments } from '../parts/attachments.tsx';
export { Before } from '../parts/before.tsx';
export { extrasOf } from '../parts/by-mail.tsx';
export { Choices } from '../parts/choices.tsx';
export { Closed } from '../parts/closed.tsx';
export { Linked } from '../parts/linked.tsx';
export { Measured } from '../parts/measured.tsx';
export { Menu } from '../parts/menu.tsx';
export { Notice } from '../parts/notice.tsx';
export { Place } from '../parts/place.tsx';
export { Rating } from '../parts/rating.tsx';
export { Shown } from '../parts/shown.tsx';
export { Writers } from '../parts/writers.tsx';
export { learnTheRest } from '../words/rest.ts';
export { makeAsk } from './ask.ts';
export { fitKeyboard } from './keyboard.ts';

wear(laterStyle);
