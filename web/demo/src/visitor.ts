/** A visitor who clicks through the shop as people do, for whoever wants to watch the numbers move. */

/** Between one click and the next, in milliseconds, on average. */
const PAUSE_MS = 350;
const WORDS = ['sencha', 'mint', 'black', 'smoke', 'coffee'];

const pick = <T>(from: ArrayLike<T>): T | undefined => from[Math.floor(Math.random() * from.length)];

/** The first that is there, by chance. */
const click = (selector: string): void => pick(document.querySelectorAll<HTMLElement>(selector))?.click();

const act = (): void => {
  const chance = Math.random();
  if (chance < 0.5) click('#shop .buy');
  else if (chance < 0.72) click('#shop nav a');
  else if (chance < 0.8) location.hash = `#/search/${pick(WORDS)}`;
  else if (location.hash !== '#/cart') click('#shop header a.button');
  else click('#shop .primary:not(:disabled)');
};

let timer: ReturnType<typeof setTimeout> | undefined;

/** Comes in, or leaves; returns whether there is a visitor now. */
export const toggleVisitor = (): boolean => {
  if (timer !== undefined) {
    clearTimeout(timer);
    timer = undefined;
    return false;
  }
  const next = (): void => {
    act();
    timer = setTimeout(next, PAUSE_MS * (0.4 + 1.2 * Math.random()));
  };
  next();
  return true;
};
