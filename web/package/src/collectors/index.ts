/** What a page can measure by itself. Each is a function that makes a collector. */
export { errors } from './errors.js';
export { fetchTiming } from './fetch-timing.js';
export { longTasks } from './long-tasks.js';
export { memory } from './memory.js';
export { navigation } from './navigation.js';
export { resources } from './resources.js';
export { webVitals } from './web-vitals.js';
