// The rules of CONTRIBUTING.md that a text search can see: floors, the audio thread's includes,
// sameness, the control registry, translations, file size. Usage: check-rules.mjs OUT.xml
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const kMaxLines = 600;
const kFloors = ['core', 'inference', 'audio', 'music', 'quality', 'demo', 'engine', 'crate', 'judge', 'simulator', 'mixer', 'arena',
  'learning', 'corpus', 'dataset', 'pipeline', 'serving', 'storage', 'mixes', 'server', 'app'];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n').filter((name) => name && existsSync(name));
const sources = files.filter((name) => /^src\/.*\.(h|cpp)$/.test(name));
const linesOf = (name) => readFileSync(name, 'utf8').split('\n');
const found = new Map();

// rule NAME CHECK: CHECK returns the places that break it, as "file:line: what".
function rule(name, check) {
  found.set(name, check());
}

const grep = (names, test) =>
  names.flatMap((name) => linesOf(name).flatMap((text, i) => {
    const what = test(text, name);
    return what ? [`${name}:${i + 1}: ${what}`] : [];
  }));

const code = (text) => text.replace(/\/\/.*$/, '').replace(/"(?:[^"\\]|\\.)*"/g, '""');
const floorOf = (name) => name.split('/')[1];

rule('floors include only those below them', () => grep(sources, (text, name) => {
  const included = /^#include "([a-z_]+)\//.exec(text)?.[1];
  if (!included || !kFloors.includes(included)) return null;
  const own = floorOf(name);
  const kAlone = { engine: ['core', 'engine'], learning: ['core', 'inference', 'learning'] };
  const allowed = kAlone[own] ?? kFloors.slice(0, kFloors.indexOf(own) + 1);
  return allowed.includes(included) ? null : `${own}/ must not include ${included}/`;
}));

const hashed = sources.filter((name) => /^src\/(engine|demo)\//.test(name) && !/_test\.cpp$|test_support/.test(name));
rule('no libm transcendental where samples must be the same everywhere', () => grep(hashed, (text) => {
  const call = /\bstd::(sin|cos|tan|exp|exp2|expm1|log|log2|log10|log1p|pow|tanh|sinh|cosh|atan2?|asin|acos|cbrt)f?\s*\(/.exec(code(text));
  return call ? `std::${call[1]} differs between CPUs (rule 3)` : null;
}));
rule('no unordered container where samples must be the same everywhere', () => grep(hashed, (text) =>
  /\bunordered_(map|set)\b/.test(code(text)) ? 'iteration order is not fixed (rule 3)' : null));

rule('headers open with their reason and #pragma once', () => sources.filter((name) => name.endsWith('.h'))
  .flatMap((name) => {
    const text = readFileSync(name, 'utf8');
    if (!text.startsWith('//')) return [`${name}:1: opens without saying why it exists`];
    return text.includes('#pragma once') ? [] : [`${name}:1: no #pragma once`];
  }));

rule(`files under ${kMaxLines} lines`, () => files
  .filter((name) => /^(src|web\/src|bench|fuzz|tools|scripts)\/.*\.(h|cpp|ts|mjs|js)$/.test(name))
  .flatMap((name) => {
    const count = linesOf(name).length;
    return count > kMaxLines ? [`${name}: ${count} lines`] : [];
  }));

rule('nothing left to do is left in the code', () => grep(
  files.filter((name) => /\.(h|cpp|ts|mjs|html|css|scss)$/.test(name) && name !== 'scripts/check-rules.mjs'),
  (text) => (/\b(TODO|FIXME|XXX|HACK)\b/.test(text) ? 'mend it or open an issue' : null)));

function checkControl(control, ids, midi) {
  const where = `data/controls.json: ${control.id}`;
  const wrong = [];
  if (ids.has(control.id)) wrong.push(`${where}: listed twice`);
  ids.add(control.id);
  if (!(control.min <= control.default && control.default <= control.max)) wrong.push(`${where}: default outside its range`);
  for (const language of ['en', 'es']) if (!control.text?.[language]) wrong.push(`${where}: no text in ${language}`);
  for (const kind of ['note', 'cc']) {
    if (control[kind] === undefined) continue;
    for (let i = 0; i < (control.count ?? 1); i += 1) {
      const key = `${kind} ${control[kind] + i}`;
      if (control[kind] + i > 127) wrong.push(`${where}: ${key} is above 127`);
      if (midi.has(key)) wrong.push(`${where}: ${key} belongs to ${midi.get(key)} already`);
      midi.set(key, control.id);
    }
  }
  return wrong;
}
rule('the control registry is whole', () => {
  const ids = new Set();
  const midi = new Map();
  return JSON.parse(readFileSync('data/controls.json', 'utf8')).controls
    .flatMap((control) => checkControl(control, ids, midi));
});

const keysOf = (value, path = '') => (typeof value === 'object' && value !== null
  ? Object.entries(value).flatMap(([key, inner]) => keysOf(inner, path ? `${path}.${key}` : key)) : [path]);
rule('English and Spanish have the same texts', () => {
  const english = files.filter((name) => /^web\/(src|public)\/.*\/en\.json$/.test(name));
  return english.flatMap((name) => {
    const other = name.replace(/en\.json$/, 'es.json');
    if (!existsSync(other)) return [`${other}: missing`];
    const [en, es] = [name, other].map((each) => new Set(keysOf(JSON.parse(readFileSync(each, 'utf8')))));
    return [...[...en].filter((key) => !es.has(key)).map((key) => `${other}: no ${key}`),
      ...[...es].filter((key) => !en.has(key)).map((key) => `${name}: no ${key}`)];
  });
});

rule('every JSON file parses', () => files.filter((name) => name.endsWith('.json') && !/tsconfig|\.vscode/.test(name))
  .flatMap((name) => {
    try {
      JSON.parse(readFileSync(name, 'utf8'));
      return [];
    } catch (error) {
      return [`${name}: ${error.message}`];
    }
  }));

rule('links between documents lead somewhere', () => files.filter((name) => name.endsWith('.md')).flatMap((name) =>
  [...readFileSync(name, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => (name.includes('/') ? `${name.slice(0, name.lastIndexOf('/'))}/${target}` : target))
    .filter((target) => !existsSync(target))
    .map((target) => `${name}: no ${target}`)));

const escapeXml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
let failed = 0;
let xml = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites><testsuite name="rules">\n';
for (const [name, places] of found) {
  if (places.length > 0) failed += 1;
  for (const place of places) console.log(`${place}  (${name})`);
  xml += `<testcase classname="rules" name="${escapeXml(name)}">${places.length > 0
    ? `<failure message="${places.length} places">${escapeXml(places.join('\n'))}</failure>` : ''}</testcase>\n`;
}
writeFileSync(process.argv[2] ?? '/dev/null', `${xml}</testsuite></testsuites>\n`);
console.log(`${found.size} rules, ${failed} broken`);
process.exitCode = failed > 0 ? 1 : 0;
