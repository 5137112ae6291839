// The token of a gateway whose metrics are not for everyone. It stays in memory: where the page is loaded anew, it is asked for
// anew.

/** Sends the token with each request to the page's own server that has none yet. */
export const carry = (token) => {
  const plain = globalThis.fetch;
  globalThis.fetch = (resource, options) => {
    const request = new Request(resource, options);
    const isOwn = new URL(request.url).origin === location.origin;
    if (isOwn && !request.headers.has('Authorization')) request.headers.set('Authorization', `Bearer ${token}`);
    return plain.call(globalThis, request);
  };
};

/** As `carry`, in the workers too that are started from here on: they get it as their first message. */
export const carryEverywhere = (token) => {
  carry(token);
  globalThis.Worker = class extends globalThis.Worker {
    constructor(script, options) {
      super(script, options);
      this.postMessage({ token });
    }
  };
};
