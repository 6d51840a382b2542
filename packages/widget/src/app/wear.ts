/** Adds styles to the frame's document, through the CSSOM: a page's content policy need not allow any. */
export function wear(style: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets.push(sheet);
}
