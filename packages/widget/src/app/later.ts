import cardsStyle from './cards.css?inline';

/** What the first picture does without: announcements of what is new, the measured times, the rating. */
export { Announcer } from './announcer.tsx';
export { Measured } from './measured.tsx';
export { Rating } from './rating.tsx';

const sheet = new CSSStyleSheet();
sheet.replaceSync(cardsStyle);
document.adoptedStyleSheets.push(sheet);
