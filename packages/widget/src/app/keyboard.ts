/** Where a phone's keyboard covers the page instead of shrinking it, the frame ends above the keyboard. */
export function fitKeyboard(frame: HTMLElement): () => void {
  const page = frame.ownerDocument.defaultView ?? window;
  const view = page.visualViewport;
  const fit = (): void => {
    const covered = view !== null && view.scale === 1 && view.height < page.innerHeight - 80;
    frame.style.blockSize = covered ? `${view.height}px` : '';
    frame.style.insetBlockStart = covered ? `${view.offsetTop}px` : '';
  };
  view?.addEventListener('resize', fit);
  view?.addEventListener('scroll', fit);
  return () => {
    view?.removeEventListener('resize', fit);
    view?.removeEventListener('scroll', fit);
    frame.style.blockSize = '';
    frame.style.insetBlockStart = '';
  };
}
