// Where the screenshots go and what they are called.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Theme } from './test';

export const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../target/screenshots');
export const THEMES: Theme[] = ['light', 'dark'];
export const WIDTHS = [1440, 390];

export function picture(name: string, theme: Theme, width: number): string {
  return join(FOLDER, `${name}-${theme}-${width}.png`);
}
