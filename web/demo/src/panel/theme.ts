/** Light or dark: as the system has it, until one is chosen. */
import { element } from '../dom.js';

export const themeButton = (): HTMLButtonElement =>
  element('button', {
    type: 'button', className: 'theme', textContent: '◐', title: 'Light or dark', attributes: { 'aria-label': 'Light or dark' },
    onclick: () => {
      const isDark = getComputedStyle(document.documentElement).colorScheme === 'dark'
        || (!document.documentElement.style.colorScheme && matchMedia('(prefers-color-scheme: dark)').matches);
      document.documentElement.style.colorScheme = isDark ? 'light' : 'dark';
    },
  });
