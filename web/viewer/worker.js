// The viewer's engine: the same program as in the page, which sends it here, ready compiled.
import { initSync } from './p95.js';
import { carry } from './token.js';

// The token comes first, where there is one. With the module the program begins, and listens from then on.
onmessage = ({ data }) => {
  if (data.token) carry(data.token);
  else initSync({ module: data });
};
