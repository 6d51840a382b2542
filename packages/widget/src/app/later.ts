import laterStyle from './later.css?inline';

export { placeCard } from '../model/place.ts';
/** What the first picture does without, in one file that is fetched once the window is drawn. */
export { Announcer } from '../parts/announcer.tsx';
export { Measured } from '../parts/measured.tsx';
export { Place } from '../parts/place.tsx';
export { Rating } from '../parts/rating.tsx';
export { goOnBeside } from './beside.ts';

const sheet = new CSSStyleSheet();
sheet.replaceSync(laterStyle);
document.adoptedStyleSheets.push(sheet);
