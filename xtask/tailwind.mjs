// Tailwind's own rules for the classes on standard input, one a line, as CSS on standard output. Colour names follow as
// `--color-NAME` lines. The core package compiles; its command line would only add a scanner and native optional parts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compile } from 'tailwindcss';

const require = createRequire(import.meta.url);
const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean);
const colours = lines.filter((line) => line.startsWith('--color-'));
const classes = lines.filter((line) => !line.startsWith('--color-'));
const theme = colours.map((name) => `${name}: var(--${name.slice('--color-'.length)});`).join('\n');
const source = `@import "tailwindcss/theme.css" layer(theme);\n@import "tailwindcss/utilities.css";\n@theme inline {\n${theme}\n}\n`;

const compiler = await compile(source, {
  loadStylesheet: async (id, base) => ({ path: id, base, content: readFileSync(require.resolve(id), 'utf8') }),
});
process.stdout.write(compiler.build(classes));
