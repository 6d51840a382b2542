import cardsStyle from './cards.css?inline';

/** Cards that most windows open without: what was measured, and the rating. Fetched when the first is drawn. */
export { Measured } from './measured.tsx';
export { Rating } from './rating.tsx';

const sheet = new CSSStyleSheet();
sheet.replaceSync(cardsStyle);
document.adoptedStyleSheets.push(sheet);
