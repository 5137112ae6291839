/** Performance entries, as they come and as they came. */

/** Calls `see` with each entry of a type, where the browser has that type. Returns what stops it. */
export const observe = <Entry extends PerformanceEntry>(type: string, see: (entry: Entry) => void): (() => void) => {
  if (!globalThis.PerformanceObserver?.supportedEntryTypes?.includes(type)) return () => {};
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) see(entry as Entry);
  });
  observer.observe({ type, buffered: true });
  return () => observer.disconnect();
};
