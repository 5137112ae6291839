/** A module as it is delivered: what a panic would say is cut out, and Binaryen makes the rest small. */
import binaryen from 'binaryen';

/** What browsers have had for years. With all that Binaryen knows, it writes what none of them reads yet. */
export const FEATURES = binaryen.Features.MutableGlobals | binaryen.Features.SignExt | binaryen.Features.NontrappingFPToInt |
  binaryen.Features.BulkMemory | binaryen.Features.BulkMemoryOpt | binaryen.Features.ReferenceTypes | binaryen.Features.Multivalue;

/** The functions of Rust's libraries that report a panic before it stops the module. */
const REPORTS = /panick|handle_alloc_error|capacity_overflow|handle_error|_fail|unwrap_failed/;
/** Names of source files, which nobody reads once the reports are gone. */
const FILES = /(\/rustc\/[0-9a-f]{40}|core\/src|wasm\/\w+\/src|\/[\w.\/-]+\/registry\/src)\/[\w\/.-]+\.rs/g;

/** @param {Uint8Array} bytes @param {string[]} without exports that are left out @returns {Uint8Array} */
export const shrink = (bytes, without = []) => {
  const text = Buffer.from(bytes).toString('latin1').replace(FILES, (name) => '\0'.repeat(name.length));
  const module = binaryen.readBinary(Buffer.from(text, 'latin1'));
  module.setFeatures(FEATURES);
  for (let at = 0; at < module.getNumFunctions(); at++) {
    const found = module.getFunctionByIndex(at);
    const { name, module: imported } = binaryen.getFunctionInfo(found);
    // It still stops: `unreachable` is what a panic ends in.
    if (!imported && REPORTS.test(name)) binaryen.Function.setBody(found, module.unreachable());
  }
  for (const name of without) module.removeExport(name);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  module.optimize();
  module.optimize();
  module.runPasses(['memory-packing', 'remove-unused-module-elements', 'strip-debug', 'strip-producers', 'strip-target-features']);
  return module.emitBinary();
};
