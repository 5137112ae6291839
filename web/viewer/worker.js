// The viewer's engine: the same program as in the page, which sends it here, ready compiled.
import { initSync } from './p95.js';

// The program listens from then on.
onmessage = ({ data }) => { initSync({ module: data }); };
