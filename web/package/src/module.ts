/** The WebAssembly module, from its bytes to what counts. */
import * as glue from './wasm/p95_wasm_bg.js';

export type Glue = typeof glue;

/** What wasm-bindgen leaves out of its types. */
const { __wbg_set_wasm: bind } = glue as unknown as { __wbg_set_wasm: (exports: WebAssembly.Exports) => void };

/** Where the module comes from: its bytes, itself, or the answer to a request for it. */
export type Source = BufferSource | WebAssembly.Module | Response;

export const start = async (source: Source | Promise<Source>): Promise<Glue> => {
  const given = await source;
  const code = 'arrayBuffer' in given ? await given.arrayBuffer() : given;
  const made = await WebAssembly.instantiate(code as WebAssembly.Module, { './p95_wasm_bg.js': glue as never });
  const { exports } = (made as { instance?: WebAssembly.Instance }).instance ?? made;
  bind(exports);
  (exports.__wbindgen_start as () => void)();
  return glue;
};
