/** What the page's address may ask for: `?flush=200` milliseconds between frames, `?quick` for a server that answers at once. */
const asked = new URLSearchParams(location.search);

/** Milliseconds from one frame to the next. */
export const flushInterval = Number(asked.get('flush')) || 1_000;

/** Whether the shop's server neither waits nor fails. */
export const isQuick = asked.has('quick');
