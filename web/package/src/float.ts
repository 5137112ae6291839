/** How the module writes floats: in the canonical form of OpenMetrics, with an exponent of two digits where there is one. */
export const float = (value: number): string => {
  const size = Math.abs(value);
  return size < 1e-4 || size >= 1e6 ? value.toExponential().replace(/e(.)(\d)$/, 'e$10$2') : `${value}`;
};
