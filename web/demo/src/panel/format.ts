/** Numbers with their units, in at most three digits that count. */

export type Unit = 'per_second' | 'seconds' | 'percent' | 'bytes' | 'none';

const short = (value: number): string => {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
};

const scaled = (value: number, steps: readonly (readonly [number, string])[]): string => {
  const size = Math.abs(value);
  const [factor, unit] = steps.find(([factor]) => size >= factor) ?? steps[steps.length - 1]!;
  return `${short(value / factor)}${unit}`;
};

export const format = (value: number, unit: Unit): string => {
  if (!Number.isFinite(value)) return '–';
  switch (unit) {
    case 'per_second': return `${short(value)}/s`;
    case 'seconds': return value === 0 ? '0' : scaled(value, [[1, ' s'], [1e-3, ' ms'], [1e-6, ' µs']]);
    case 'percent': return `${short(value)} %`;
    case 'bytes': return value === 0 ? '0' : scaled(value, [[1 << 20, ' MiB'], [1 << 10, ' KiB'], [1, ' B']]);
    case 'none': return Math.abs(value) < 1e4 ? short(value) : scaled(value, [[1e9, ' G'], [1e6, ' M'], [1e3, ' k']]);
  }
};

/** How long ago something was. */
export const ago = (ms: number): string => (ms >= 60_000 ? `${short(ms / 60_000)} min ago` : `${short(ms / 1_000)} s ago`);
